"""The date in a release's heading is not a date."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreadable-heading", ("warning",), __doc__)
