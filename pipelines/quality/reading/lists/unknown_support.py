"""Supported versions have an unknown heading, or a form that is not read.

Below an unknown heading, the statements are published without a subject. A sentence that has a
number and no version in a known form is not published.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unknown-support", ("warning",), __doc__)
