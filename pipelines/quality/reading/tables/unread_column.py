"""A column's header is not read: neither the vocabulary nor the grammar of headers knows it.

The column is kept in `attributes`, and every other column of the table is read. Where it tells rows
of the table apart, it is part of their `comparison_key`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unread-column", ("error",), __doc__)
