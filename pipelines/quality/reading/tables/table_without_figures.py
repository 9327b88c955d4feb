"""A table on a page of benchmarks has no column of figures that is read.

Its cells are published, and its rows are no benchmarks.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("table-without-figures", ("error",), __doc__)
