"""Facts of a page that change by themselves, and why they make no new version.

Here belongs one rule: a page whose tables, title and date stand as they stood is the page that we
have, however often it is fetched again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.contract import Page

LASTING = ("release", "page", "tables_sha256", "title", "last_update")
"""What makes a page the same. All else says how and when it was fetched."""


def settle(fetched: Iterable[Page], live: Sequence[Page]) -> tuple[Page, ...]:
    """Give the pages to store: the live row where nothing lasting changed, else the fetched."""
    known = {_lasting(page): page for page in live}
    return tuple(known.get(_lasting(page), page) for page in fetched)


def _lasting(page: Page) -> tuple[object, ...]:
    return tuple(getattr(page, name) for name in LASTING)
