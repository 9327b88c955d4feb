"""A page looks like performance, and its figures are not read.

A label of the release's inventory has a word such as `benchmark` or `latency` and leads to a page
that is not read, or a page that is read for something else has a table with figures of performance.
The flag is repeated in each release until the page is declared in `pipelines/pages/catalog.py`, or
its label is listed there as ignored, with the reason. `neuron-warehouse pages --unread` lists the
pages with their addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.contract import QualityFlag
    from pipelines.extract import ExtractedTable
    from pipelines.pages.radar import UnreadPage

RULE = Rule("unread-page", ("info",), __doc__)
_MOST_NAMED = 3


def unread_page_flag(release: str, url: str, page: UnreadPage) -> QualityFlag:
    """Return the flag of a page that looks like performance by its labels.

    Args:
        release: The release that the page is of.
        url: The page's address.
        page: The page.
    """
    return page_flag(
        RULE,
        release,
        page.name,
        f"{page.name} of {release} is not read, and looks like performance by "
        f"{_counted(page.labels, 'label')}.",
        observed=url,
    )


def unread_tables_flag(
    release: str, page: str, url: str, tables: Sequence[ExtractedTable]
) -> QualityFlag:
    """Return the flag of a page that is read for something else and has tables of figures.

    Args:
        release: The release that the page is of.
        page: Our name for the page.
        url: The page's address.
        tables: Its tables with figures of performance, at least one.
    """
    names = [table.section[-1] if table.section else f"table {table.position}" for table in tables]
    return page_flag(
        RULE,
        release,
        page,
        f"{page} of {release} has figures of performance that are not read in "
        f"{_counted(names, 'table')}.",
        observed=url,
    )


def _counted(names: Sequence[str], what: str) -> str:
    listed = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{len(names)} {what}{'s' if len(names) > 1 else ''}: {listed}{more}"
