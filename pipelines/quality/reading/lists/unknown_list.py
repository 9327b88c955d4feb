"""A package list has an unknown heading, title or form.

Below an unknown heading, the lines are published without an accelerator. A list without a title
that names a release takes the release of the heading above it, or is not published where no
heading names one. A list of another form than a text block or a table `Component`, `Package`, such
as one with bullets, is not read. Its heading is named where it is of the page's own release.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-list", ("warning",), __doc__)
