"""A cell holds text that a reader of the page does not see.

The hidden text is not read.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("hidden-text", ("warning",), __doc__)
