"""A tab's label is not known.

The rows are published without what they were optimized for, and the label is part of their
`comparison_key`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-tab", ("warning",), __doc__)
