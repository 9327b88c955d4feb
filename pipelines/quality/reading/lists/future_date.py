"""A release's date is later than the capture of its page, or before 2018.

One day after the capture is allowed, because of time zones. The date is not published in
`release_dates`.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("future-date", ("warning",), __doc__)
