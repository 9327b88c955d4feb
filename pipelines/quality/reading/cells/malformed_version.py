"""An SDK version lacks a part, such as 2.2 for 2.20.

`2.2` is read as 2.20.0 where 2.2.0 would be years older than the other rows of its page: a
spreadsheet dropped the zero.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("malformed-version", ("warning",), __doc__)
