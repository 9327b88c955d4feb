"""A page has its headings and no table.

The release is published without the tables of the page.
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
    """Yield a flag where the page has no table."""
    if not view.extracted.tables:
        yield page_flag(
            RULE,
            view.release,
            view.page,
            f"The page {view.page} of {view.release} has its headings and not one table; "
            f"the release is published without it ({view.url}).",
            observed="0 tables",
        )


RULE = PageRule("page-without-tables", ("error",), __doc__, find=find)
