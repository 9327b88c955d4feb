"""The registry does not know a tab's label."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-tab", ("warning",), __doc__, published="--allow-unknown")
