"""The registry does not know a column's header."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-header", ("warning",), __doc__, published="--allow-unknown")
