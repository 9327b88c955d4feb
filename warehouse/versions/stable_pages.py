"""Facts of a page that change by themselves, and why they make no new version.

This module holds one rule: a page whose tables, title and date are unchanged is the page that we
have, however often it is fetched again. How versions are merged lives in `merge`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.contract import Page

LASTING = ("release", "page", "tables_sha256", "title", "last_update")
"""Columns that are equal for the same page. All others say how and when it was fetched."""


def settle(fetched: Iterable[Page], live: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages to store: the live row if no lasting column changed, else the fetched row.

    A live row without an archive record is replaced by a row with one, which can be traced. A page
    that was not whole is replaced by a whole one; a row that does not say it, by any.
    """
    known = {_lasting(page): page for page in live}
    return tuple(_settled(page, known.get(_lasting(page))) for page in fetched)


def _settled(fetched: Page, live: Page | None) -> Page:
    if live is None or live.is_whole is None or (fetched.is_whole and not live.is_whole):
        return fetched
    can_be_traced = live.archive_record is None and fetched.archive_record is not None
    return fetched if can_be_traced else live


def _lasting(page: Page) -> tuple[object, ...]:
    return tuple(getattr(page, name) for name in LASTING)
