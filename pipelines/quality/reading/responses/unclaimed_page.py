"""A page does not say its release; other pages of the release do."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unclaimed-page", ("warning",), __doc__, published="--allow-unknown")
