"""A page lists the packages of an older release.

The page should list the packages, or the supported Python versions, of its own release, and the
list's title names an older one. The rows carry the release that the list names.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.pages.catalog import pages_read_for
from pipelines.quality.context import PackagesRule
from pipelines.quality.flags import page_flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.contract import PackageVersion, QualityFlag
    from pipelines.quality.context import PackagesView

# Pages that should list the packages of their own release; the history pages list older ones.
_OWN_RELEASE = pages_read_for("own packages")
(_SUPPORT_PAGE,) = pages_read_for("support")


def find(view: PackagesView) -> Iterator[QualityFlag]:
    """Yield a flag for each page and each other release whose packages or versions it lists."""
    for page in _OWN_RELEASE:
        yield from _in_lists(row for row in view.packages if row.page == page)
    for stated in view.support_releases:
        what = f"the supported Python versions of {stated}"
        yield _flag(view.release, _SUPPORT_PAGE, stated, what)


def _in_lists(rows: Iterable[PackageVersion]) -> Iterator[QualityFlag]:
    others: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.release != row.listed_on:
            name = row.accelerator or row.heading or "unknown"
            others[row.listed_on, row.page, row.release][name] = None
    for place, accelerators in others.items():
        yield _flag(*place, f"the packages of {place[2]} ({', '.join(accelerators)})")


def _flag(listed_on: str, page: str, release: str, what: str) -> QualityFlag:
    return page_flag(
        RULE,
        listed_on,
        page,
        f"{page} of {listed_on} lists {what}, where those of {listed_on} belong.",
        observed=release,
        expected=listed_on,
    )


RULE = PackagesRule("stale-package-list", ("warning",), __doc__, find=find)
