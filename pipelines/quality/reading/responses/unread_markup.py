"""A part of a page was not read: the parser gave up, or lost a table or a row.

The tables and rows that were read are counted against the tags in the page's bytes.
"""

from __future__ import annotations

from pipelines.quality.rule import Rule

RULE = Rule("unread-markup", explanation=__doc__, published="never")
