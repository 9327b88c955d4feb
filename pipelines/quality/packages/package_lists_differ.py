"""A docs release changes what the docs release before it listed as the packages of an SDK release.

Lists of the same SDK release and accelerator are compared by package and version; the names of
components do not count. The flag is on the docs release in which the list changed, and not on later
ones that repeat it. Of docs releases older than it, the newest one in the dataset that lists the
same SDK release and accelerator counts. Two pages of one docs release are compared as well. The
comparison is made when a release is built.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quality.flags import page_flag
from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.contract import PackageVersion, QualityFlag

_Subject = tuple[str, str | None, str | None, str | None]
_Content = frozenset[tuple[str, str | None]]
_MOST_NAMED = 6

RULE = Rule("package-lists-differ", ("warning",), __doc__)


@dataclass(frozen=True, slots=True)
class _List:
    """One list: what it is of, where it is, and its packages with their versions."""

    subject: _Subject
    listed_on: str
    page: str
    number: int
    content: _Content


class KnownLists:
    """The newest list of each SDK release and accelerator; docs releases come oldest first."""

    def __init__(self) -> None:
        self._newest: dict[_Subject, list[_List]] = {}

    def flags(self, rows: Sequence[PackageVersion]) -> Iterator[QualityFlag]:
        """Yield a flag for each list that no list of the docs release before equals.

        Args:
            rows: The rows of one docs release, which are known from then on.
        """
        new: dict[_Subject, list[_List]] = defaultdict(list)
        for one in _lists(rows):
            before = (*self._newest.get(one.subject, ()), *new[one.subject])
            if before and all(other.content != one.content for other in before):
                yield _flag(one, before[0])
            new[one.subject].append(one)
        self._newest |= new


def _lists(rows: Iterable[PackageVersion]) -> Iterator[_List]:
    lists: dict[tuple[str, str, int], list[PackageVersion]] = defaultdict(list)
    for row in rows:
        lists[row.listed_on, row.page, row.list_number].append(row)
    for place in sorted(lists):
        first = lists[place][0]
        content = frozenset((row.package, row.version) for row in lists[place])
        yield _List(_subject(first), *place, content)


def _subject(row: PackageVersion) -> _Subject:
    return row.release, row.accelerator or row.heading, row.product, row.stage


def _flag(found: _List, known: _List) -> QualityFlag:
    release, accelerator, *_ = found.subject
    return page_flag(
        RULE,
        found.listed_on,
        found.page,
        f"{found.page} of {found.listed_on}, list {found.number}: the {accelerator} packages "
        f"of {release} are not those that {known.page} of {known.listed_on} lists.",
        observed=_named(found.content - known.content),
        expected=_named(known.content - found.content),
    )


def _named(content: _Content) -> str:
    names = sorted(f"{package}-{version}" for package, version in content)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more or "no other package"
