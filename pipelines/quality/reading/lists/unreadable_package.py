"""A line of a package list is not a package and a version."""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreadable-package", ("warning",), __doc__, published="--allow-unknown")
