"""A table lacks a column that its model family has had.

A column that the last capture of the release had is reported by `lost-column`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("missing-column", ("warning",), __doc__)
