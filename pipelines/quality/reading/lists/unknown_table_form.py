"""A table of supported versions does not have two columns.

It is published as a table, and no statement is made of it.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-table-form", ("warning",), __doc__)
