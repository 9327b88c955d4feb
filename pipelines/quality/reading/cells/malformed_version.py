"""An SDK version lacks a part, such as 2.2 for 2.20.

`2.2` on a page of 2.20 is read as 2.20.0: a spreadsheet dropped the zero.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("malformed-version", ("warning",), __doc__)
