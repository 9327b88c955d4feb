"""A response has no content."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("empty-page", explanation=__doc__, published="never")
