"""The registry does not know a section's heading."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-section", ("warning",), __doc__, published="--allow-unknown")
