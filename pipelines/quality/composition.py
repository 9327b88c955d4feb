"""Rules on what a release is made of: its package lists and its statements of support.

Here belong rules over rows that no benchmark stands behind. Lists of several docs releases are
compared as soon as a release with an earlier one to compare with is read.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.contract import QualityFlag
from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.contract import FrameworkSupport, PackageVersion, ReleaseDate

_List = tuple[str, str, int]
_MOST_NAMED = 6


def stale_list_flags(rows: Iterable[PackageVersion]) -> Iterator[QualityFlag]:
    """Flag a page that is to list its own release's packages and lists another's."""
    strangers: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.release != row.listed_on:
            strangers[row.listed_on, row.page, row.release][row.accelerator] = None
    for place, accelerators in strangers.items():
        yield _stale(*place, f"the packages of {place[2]} ({', '.join(accelerators)})")


def stale_support_flag(release: str, page: str, stated: str) -> QualityFlag:
    """Flag a list of supported versions that is another release's, by its title."""
    return _stale(release, page, stated, f"the supported Python versions of {stated}")


def _stale(listed_on: str, page: str, release: str, what: str) -> QualityFlag:
    return QualityFlag(
        release=listed_on,
        benchmark_id=None,
        page=page,
        rule="stale-package-list",
        severity="warning",
        message=f"{page} of {listed_on} lists {what}, where those of {listed_on} belong.",
        observed=release,
        expected=listed_on,
    )


def release_date_flags(dates: Iterable[ReleaseDate]) -> Iterator[QualityFlag]:
    """Flag a date that is not the one that a page read before gives of the same release."""
    first: dict[str, ReleaseDate] = {}
    for one in dates:
        known = first.setdefault(one.release, one)
        if known.published_on != one.published_on:
            yield QualityFlag(
                release=one.listed_on,
                benchmark_id=None,
                page=one.page,
                rule="release-dates-differ",
                severity="warning",
                message=f"{one.page} says that {one.release} was published on {one.published_on}; "
                f"{known.page} says {known.published_on}.",
                observed=str(one.published_on),
                expected=str(known.published_on),
            )


def impossible_constraint_flag(page: str, row: FrameworkSupport) -> QualityFlag:
    """Flag a constraint that no version meets."""
    return QualityFlag(
        release=row.release,
        benchmark_id=None,
        page=page,
        rule="impossible-constraint",
        severity="error",
        message=f"{page}: {row.package} is said to support {row.subject} {row.text}; no version "
        "is both.",
        observed=row.text,
        expected="a constraint that some version meets",
    )


def package_list_flags(
    rows: Sequence[PackageVersion], earlier: Iterable[PackageVersion]
) -> Iterator[QualityFlag]:
    """Flag lists that differ from the first one printed of the same release and accelerator.

    `rows` are those of one docs release, `earlier` those of older ones, in any order.
    """
    first: dict[tuple[str, str], tuple[_List, list[PackageVersion]]] = {}
    for at, found in _lists(earlier):
        first.setdefault((found[0].release, found[0].accelerator), (at, found))
    for at, found in _lists(rows):
        _, known = first.setdefault((found[0].release, found[0].accelerator), (at, found))
        if _content(known) != _content(found):
            yield _differing(found, known)


def _lists(rows: Iterable[PackageVersion]) -> Iterator[tuple[_List, list[PackageVersion]]]:
    """Return the lists, of older docs releases first."""
    lists: dict[_List, list[PackageVersion]] = defaultdict(list)
    for row in rows:
        lists[row.listed_on, row.page, row.list_number].append(row)
    yield from sorted(lists.items(), key=lambda one: (release_order(one[0][0]), one[0]))


def _content(rows: Iterable[PackageVersion]) -> frozenset[tuple[str, str | None, str | None]]:
    return frozenset((row.package, row.version, row.component) for row in rows)


def _differing(found: Sequence[PackageVersion], known: Sequence[PackageVersion]) -> QualityFlag:
    one, other = found[0], known[0]
    return QualityFlag(
        release=one.listed_on,
        benchmark_id=None,
        page=one.page,
        rule="package-lists-differ",
        severity="warning",
        message=f"{one.page} of {one.listed_on}, list {one.list_number + 1}: the {one.accelerator} "
        f"packages of {one.release} are not those that {other.page} of {other.listed_on} lists.",
        observed=_named(_content(found) - _content(known)),
        expected=_named(_content(known) - _content(found)),
    )


def _named(content: Iterable[tuple[str, str | None, str | None]]) -> str:
    names = sorted(f"{package}-{version}" for package, version, _ in content)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more or "none"
