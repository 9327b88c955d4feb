"""The inventory of a release has no labels."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("no-pages", explanation=__doc__, published="never")
