"""A column holds a value outside its closed set, or an empty text where it may be null."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-value", explanation=__doc__, published="never")
