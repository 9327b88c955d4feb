"""A cell, row or table holds text that a reader of the page does not see.

The hidden text of a cell or a row is not read. A hidden table is read: a script may show it.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("hidden-text", ("warning",), __doc__)
