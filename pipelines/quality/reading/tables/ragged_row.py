"""A row has more or fewer cells than its header."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("ragged-row", ("warning",), __doc__, published="--allow-unknown")
