"""A table of the last capture is gone."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("lost-table", ("warning",), __doc__, published="--allow-lost-tables")
