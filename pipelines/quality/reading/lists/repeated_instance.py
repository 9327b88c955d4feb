"""Two hardware tables of a release describe one instance type.

The first description is published in `instances`, the other as a table.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("repeated-instance", ("warning",), __doc__)
