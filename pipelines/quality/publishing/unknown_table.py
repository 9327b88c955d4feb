"""There are rows of a table that the contract does not have."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-table", explanation=__doc__, published="never")
