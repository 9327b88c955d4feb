"""A column that always has a value has none."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("missing-value", explanation=__doc__, published="never")
