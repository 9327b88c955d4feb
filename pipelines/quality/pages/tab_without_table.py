"""A tab of a page has no table, while other parts of the page have tables.

The rows that the tab should show are missing: a comparison reports them as removed. A page without
any table is reported once, by `page-without-tables`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.context import PageRule
from pipelines.quality.flags import page_flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import PageView


def find(view: PageView) -> Iterator[QualityFlag]:
    """Yield a flag for each tab without a table."""
    if not view.extracted.tables:
        return
    for tab in view.extracted.tabs:
        if not tab.tables:
            section = tab.section[-1] if tab.section else view.page
            yield page_flag(
                RULE,
                view.release,
                view.page,
                f"The tab {tab.label!r} below {section!r} on {view.page} of {view.release} has no "
                "table.",
                observed=f"{section} [{tab.label}]: 0 tables",
                expected="a table",
            )


RULE = PageRule("tab-without-table", ("error",), __doc__, find=find)
