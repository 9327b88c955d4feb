"""A table of supported versions does not have two columns."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-table-form", ("warning",), __doc__, published="--allow-unknown")
