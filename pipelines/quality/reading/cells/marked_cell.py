"""A cell carries a mark that points to a note, such as a raised 1.

The mark is no part of the figure.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("marked-cell", ("info",), __doc__)
