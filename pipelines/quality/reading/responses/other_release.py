"""A page says that it is a page of another release."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("other-release", explanation=__doc__, published="never")
