"""A table has two columns for one thing.

The first of the two is read, and the other is kept in `attributes`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("duplicate-column", ("warning",), __doc__)
