"""A page that the inventory names could not be fetched, or its address must not be asked for."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreachable-page", explanation=__doc__, published="never")
