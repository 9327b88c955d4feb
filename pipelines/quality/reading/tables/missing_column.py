"""A table lacks a column that its family has."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("missing-column", ("warning",), __doc__, published="--allow-unknown")
