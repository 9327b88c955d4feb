"""A cell does not hold what its column is made of.

A number, a version or a topology cannot be read from the text. With the switch, the text is kept
in `attributes`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unreadable-value", ("warning",), __doc__, published="--allow-unknown")
