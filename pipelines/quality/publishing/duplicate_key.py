"""Two rows of a table have the same key."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("duplicate-key", explanation=__doc__, published="never")
