"""A package list has an unknown heading or title.

Below an unknown heading, the lines are published without an accelerator. A list without a title
that names a release takes the release of the heading above it, or is not published where no
heading names one.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-list", ("warning",), __doc__)
