"""A page names two releases as its own."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("mixed-release", ("warning",), __doc__, published="--allow-unknown")
