"""A row refers to a row of another table that does not exist."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("missing-reference", explanation=__doc__, published="never")
