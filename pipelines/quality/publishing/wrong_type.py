"""A value is not of its column's type."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("wrong-type", explanation=__doc__, published="never")
