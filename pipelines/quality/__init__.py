"""Quality rules: what looks wrong in a release and is published as it stands, with a flag.

Here belong rules over a release's rows, one family a module, and over its pages. What a single
cell reveals while it is read is flagged where it is read; what must not be published at all is
refused in `page_checks`, `table_facts` and `values`.
"""

from __future__ import annotations

from pipelines.quality.context import ReleaseView, view_release
from pipelines.quality.pages import (
    PageView,
    missing_page_flag,
    page_flags,
    problem_flag,
    unclaimed_release_flag,
)
from pipelines.quality.rules import RULES, Rule, row_flags

__all__ = [
    "RULES",
    "PageView",
    "ReleaseView",
    "Rule",
    "missing_page_flag",
    "page_flags",
    "problem_flag",
    "row_flags",
    "unclaimed_release_flag",
    "view_release",
]
