"""The registry does not know the unit in a header."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-unit", ("warning",), __doc__, published="--allow-unknown")
