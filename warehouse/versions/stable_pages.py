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

    A live row without an archive record is replaced by a row with one, which can be traced.
    """
    known = {_lasting(page): page for page in live}
    return tuple(_settled(page, known.get(_lasting(page))) for page in fetched)


def _settled(fetched: Page, live: Page | None) -> Page:
    if live is None or (live.archive_record is None and fetched.archive_record is not None):
        return fetched
    return live


def _lasting(page: Page) -> tuple[object, ...]:
    return tuple(getattr(page, name) for name in LASTING)
