"""A pinned release against newer ones: is there one that is slower or faster for watched models?

This module compares and writes the answer as Markdown, for the summary of a CI job. How watched
models are read lives in `watching`; the job that calls it, in `examples/ci`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dagster_project.build.watching import Watch, WatchedChange, changes_between
from pipelines.releases import latest_patches, release_order, resolve_release
from warehouse.visible import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb


@dataclass(frozen=True, slots=True)
class PinnedAnswer:
    """What newer releases mean for watched models.

    Attributes:
        pinned: The pinned release.
        newer: The newest patch of each newer minor, and of the pinned one, oldest first.
        changes: Figures that are better or worse in one of them than in the pinned release.
        warnings: Entries of watched models that no row fits.
    """

    pinned: str
    newer: tuple[str, ...]
    changes: tuple[WatchedChange, ...]
    warnings: tuple[str, ...] = ()

    @property
    def regressed(self) -> bool:
        """True where a figure is worse in a newer release."""
        return any(change.verdict == "regressed" for change in self.changes)


def compare_pinned(
    warehouse: duckdb.DuckDBPyConnection, pinned: str, watches: Sequence[Watch]
) -> PinnedAnswer:
    """Compare a pinned release with every newer one.

    Args:
        warehouse: A connection to the warehouse.
        pinned: The release in use, as people write it: `2.18` or `2.18.2`.
        watches: The models to look at.

    Raises:
        UsageError: There is no such release.
    """
    rows = warehouse.execute("SELECT release FROM releases ORDER BY release_order").fetchall()
    releases = tuple(release for (release,) in rows)
    base = resolve_release(pinned, releases)
    latest = latest_patches(frozenset(releases))
    newer = tuple(
        one for one in releases if one in latest and release_order(one) > release_order(base)
    )
    watched = changes_between(warehouse, watches, [(base, target) for target in newer])
    return PinnedAnswer(base, newer, watched.changes, watched.warnings)


def markdown_lines(answer: PinnedAnswer) -> Iterator[str]:
    """Yield the answer as Markdown, line by line."""
    yield f"## Neuron SDK {answer.pinned}"
    yield ""
    if not answer.newer:
        yield "This is the newest release."
        return
    yield f"Newer releases: {', '.join(answer.newer)}."
    yield ""
    for warning in answer.warnings:
        yield markdown(warning)
        yield ""
    if not answer.changes:
        yield "None of them is slower or faster for your models, as far as AWS published figures."
        return
    yield f"| | model | instance | figure | {answer.pinned} | newer | change | release |"
    yield "|---|---|---|---|---:|---:|---:|---|"
    for change in answer.changes:
        yield _row(change)


def _row(change: WatchedChange) -> str:
    sign = "better" if change.verdict == "improved" else "**worse**"
    figure = f"{change.label} ({change.unit})" if change.unit else change.label
    cells = (
        sign,
        markdown(change.model),
        markdown(change.instance),
        markdown(figure),
        f"{change.base_value:,g}",
        f"{change.target_value:,g}",
        f"{change.change:+.1%}",
        change.target_release,
    )
    return f"| {' | '.join(cells)} |"
