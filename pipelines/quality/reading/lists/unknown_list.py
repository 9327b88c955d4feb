"""The title of a package list names no release."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-list", ("warning",), __doc__, published="--allow-unknown")
