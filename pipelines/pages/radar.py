"""This module finds pages that look like performance and are not read: the radar.

It decides from an inventory's labels, and from the headers of tables on pages that are read for
something else; it never fetches a page. Put how a suspect is found here. The words that make a
label suspect, and the labels that a maintainer has looked at, live in `pages.catalog`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.pages.catalog import IGNORED_LABELS, PERFORMANCE_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pipelines.extract import ExtractedTable
    from pipelines.pages.catalog import IgnoredLabels
    from pipelines.pages.inventory import Location


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page that is not read, and that looks like performance.

    Attributes:
        path: Its path in the release's tree.
        labels: The labels that make it suspect, sorted.
    """

    path: str
    labels: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its path without the ending, as `quality_flags.page` has it."""
        return self.path.removesuffix(".html")


def unread_pages(
    labels: Mapping[str, Location],
    read: Collection[str],
    ignored: Iterable[IgnoredLabels] = IGNORED_LABELS,
) -> tuple[UnreadPage, ...]:
    """Return the pages that look like performance by a label, and that are not read.

    Args:
        labels: The labels of a release's inventory, each with its place.
        read: The paths of the pages that are read.
        ignored: Labels that a maintainer has looked at; they make no page suspect.

    Returns:
        The pages, sorted by path.
    """
    looked_at = tuple(one.form for one in ignored)
    suspects: dict[str, list[str]] = defaultdict(list)
    for label, place in labels.items():
        is_suspect = place.path not in read and PERFORMANCE_WORDS.search(label)
        if is_suspect and not any(form.search(label) for form in looked_at):
            suspects[place.path].append(label)
    return tuple(UnreadPage(path, tuple(sorted(suspects[path]))) for path in sorted(suspects))


def performance_tables(
    tables: Sequence[ExtractedTable], is_metric: Callable[[str], bool]
) -> tuple[ExtractedTable, ...]:
    """Return the tables of a page that have a column of figures of performance.

    Args:
        tables: The tables of a page that is read for something else.
        is_metric: Whether a header is that of a metric with its unit.
    """
    return tuple(table for table in tables if any(map(is_metric, table.header)))
