"""From what releases print of a figure to what was measured: one point a measurement.

This module leaves out what says nothing of speed: figures that are carried over or relabelled, and
those of rows with an error flag. What is concluded from points lives in `shape` and `figure_moves`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.releases import release_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NEW = ("first-printed", "remeasured")


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """One figure as one release prints it; `origin` is that of `history`."""

    release: str
    measured_release: str | None
    value: float
    origin: str
    is_believable: bool = True
    benchmark_id: str = ""
    setup: Mapping[str, str | None] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def why_no_point(self) -> str | None:
        """Why the figure is no measurement of its own; None where it is one, or revises one."""
        if self.origin in ("carried-over", "relabelled"):
            return self.origin.replace("-", " ")
        if not self.is_believable:
            return "of rows with an error flag"
        return None if self.measured_release else "without the SDK that they were measured on"


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """One measurement: the SDK, the figure that was printed of it last, and how often it changed.

    `release` is the docs release that printed the figure; `revisions` counts other figures that
    were printed of the same measurement before; `warnings` are the rules that warn of the row.
    """

    measured_release: str
    value: float
    release: str
    benchmark_id: str = ""
    setup: Mapping[str, str | None] = field(default_factory=dict)
    revisions: int = 0
    warnings: tuple[str, ...] = ()


def measured_points(printed: Iterable[PrintedFigure]) -> tuple[MeasuredPoint, ...]:
    """Return the measurements behind one figure of one series, by the SDK's age.

    A measurement that was revised has its last figure. One SDK has one point: what was printed of
    it last.
    """
    found: dict[str, MeasuredPoint] = {}
    newest = ""
    for one in sorted(printed, key=lambda one: release_order(one.release)):
        measured = one.measured_release
        if one.why_no_point or measured is None:
            continue
        point = MeasuredPoint(
            measured,
            one.value,
            one.release,
            one.benchmark_id,
            one.setup,
            warnings=one.warnings,
        )
        is_revision = one.origin not in _NEW and measured == newest
        earlier = found.get(measured)
        if is_revision and earlier and earlier.value != point.value:
            point = replace(point, revisions=earlier.revisions + 1)
        elif is_revision and earlier:
            # Another figure of the row was revised.
            point = replace(point, revisions=earlier.revisions)
        found[measured] = point
        newest = measured
    return tuple(sorted(found.values(), key=lambda one: release_order(one.measured_release)))
