"""A column of the last capture is gone.

A column whose header is only spelled another way is not lost.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("lost-column", ("warning",), __doc__, published="--allow-lost-tables")
