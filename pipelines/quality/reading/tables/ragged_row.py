"""A row has more or fewer cells than its header.

Which cell belongs to which column is not sure, so the row is no benchmark. Its cells are published.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("ragged-row", ("error",), __doc__)
