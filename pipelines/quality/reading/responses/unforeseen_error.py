"""Our own code failed while it read a page. Please report it."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unforeseen-error", explanation=__doc__, published="never")
