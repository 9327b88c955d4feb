"""A docs release lists other packages of a release than an earlier docs release does.

The lists of a docs release are compared with the first list of the same SDK release and
accelerator. Only docs releases that are in the dataset and not newer count. The comparison is made
when a release is built.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule
from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.contract import PackageVersion, QualityFlag

_List = tuple[str, str, int]
_Content = frozenset[tuple[str, str | None, str | None]]
_MOST_NAMED = 6

RULE = Rule("package-lists-differ", ("warning",), __doc__)


def package_list_flags(
    rows: Sequence[PackageVersion], earlier: Iterable[PackageVersion]
) -> Iterator[QualityFlag]:
    """Yield a flag for each list that differs from the first one of its release and accelerator.

    Args:
        rows: The rows of one docs release.
        earlier: The rows of older docs releases, in any order.
    """
    first: dict[tuple[str, str], list[PackageVersion]] = {}
    for found in _lists(earlier):
        first.setdefault((found[0].release, found[0].accelerator), found)
    for found in _lists(rows):
        known = first.setdefault((found[0].release, found[0].accelerator), found)
        if _content(known) != _content(found):
            yield _flag(found, known)


def _lists(rows: Iterable[PackageVersion]) -> Iterator[list[PackageVersion]]:
    """Yield the lists, those of older docs releases first."""
    lists: dict[_List, list[PackageVersion]] = defaultdict(list)
    for row in rows:
        lists[row.listed_on, row.page, row.list_number].append(row)
    for place in sorted(lists, key=lambda one: (release_order(one[0]), one)):
        yield lists[place]


def _content(rows: Iterable[PackageVersion]) -> _Content:
    return frozenset((row.package, row.version, row.component) for row in rows)


def _flag(found: Sequence[PackageVersion], known: Sequence[PackageVersion]) -> QualityFlag:
    one, other = found[0], known[0]
    return page_flag(
        RULE,
        one.listed_on,
        one.page,
        f"{one.page} of {one.listed_on}, list {one.list_number + 1}: the {one.accelerator} "
        f"packages of {one.release} are not those that {other.page} of {other.listed_on} lists.",
        observed=_named(_content(found) - _content(known)),
        expected=_named(_content(known) - _content(found)),
    )


def _named(content: _Content) -> str:
    names = sorted(f"{package}-{version}" for package, version, _ in content)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more or "none"
