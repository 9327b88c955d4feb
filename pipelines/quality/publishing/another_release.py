"""A row belongs to another release than the one being published."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("another-release", explanation=__doc__, published="never")
