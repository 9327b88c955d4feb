"""A value is outside its closed set, such as U2.

A known slip, such as `U2` for U22, is published unchanged with this flag, without any switch. Any
other unknown value refuses the release.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-category", ("warning",), __doc__, published="--allow-unknown")
