"""A response holds NUL bytes, so it is not HTML."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("binary-page", explanation=__doc__, published="never")
