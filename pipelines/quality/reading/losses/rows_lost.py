"""More than half of a table's rows are gone, or more than a fifth of a page's.

They are counted against the last capture of the same release. Rows without a text do not count.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("rows-lost", ("warning",), __doc__, published="--allow-lost-tables")
