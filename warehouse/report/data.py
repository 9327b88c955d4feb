"""What the page shows, as plain values that JSON can hold.

This module puts the parts together; their SQL lives in `series`, `comparisons` and `trust`. The
shape is a contract between Python and the page's scripts, which read it in `assets/data.js`. A
release, text, page, column and so on is elsewhere its number in the list that holds it.

`dataset`       version, created_at, pipeline_version, source, licence, attribution.
`releases`      [{release, minor, published_on, is_latest_patch, pages, tables, benchmarks}],
                oldest first.
`opening`       base, target: releases, or None where there is one release; model: a text.
`tolerance`     what is called unchanged.
`verdicts`      [[name, meaning]]
`columns`       [{metric, statistic, unit, label, kind, better, is_typical}]: what a figure is, by
                metric and statistic, which is also the order of a pair's verdicts. `kind` and
                `better` are as the metric declares them, or None; a mean or median is typical.
`dimensions`    [{name, label, unit}]: what identifies a series, and what a setup holds.
`origins`       [[name, meaning]]: where a row's figures come from.
`series`        [{id, name, values, points}]; `values` are texts or None, one a dimension of kind
                identity. A point is [release, measured (text), page, place (text), row, flag set,
                setup, origin, row of figures, USD per hour or None].
`setups`        [[text or None, ...]]: how a row was tuned and on which software, one a dimension
                of kind setup.
`figures`       [[column, value, column, value, ...]]: the figures of one row.
`pages`         [[url, title]] of the documentation.
`flags`         [{severity, rule, page, message, releases}]; in a message, a NUL is the release.
`flag_sets`     [[flag, ...]]: the flags of one row; the first list is empty.
`runs`          [[series, release, counted (text), USD per 1M, hours per 1M or None]]: the rows of
                `priced_runs` with a cost.
`prices`        [[instance type, USD per hour]]: the newest hourly rate that costs imply.
`comparisons`   [{base, target, groups}]; a group is [match or None, changed (text), verdicts (a
                letter a figure: `a` is the first verdict), remeasured (0 or 1), rates (1 where both
                sides' USD per hour tell price from speed), base's series, target's series]: pairs
                of rows that are alike in all of this. The series of a side without rows are [];
                those of a target are None where they are the base's.
`edits`         [{release, page, header, before, after, noticed_on}]: cells of released pages that
                were edited; before or after is None where the cell was not there.
`packages`      [[accelerator, component, package, [version (text) or None, one a release]]]
`texts`         [text]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError, UsageError
from pipelines.releases import resolve_release
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE, VERDICTS
from warehouse.report.comparisons import read_comparisons
from warehouse.report.interning import Numbered
from warehouse.report.series import read_series
from warehouse.report.trust import read_edits, read_flags, read_packages

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


@dataclass(frozen=True, slots=True)
class Opening:
    """What the page shows first; an empty release means the newest minor, or the one before."""

    base: str = ""
    target: str = ""
    model: str = ""


def report_data(connection: duckdb.DuckDBPyConnection, opening: Opening) -> dict[str, Any]:
    """Return the page's data, in the shape that this module describes.

    Args:
        connection: A warehouse, opened for reading.
        opening: What the page shows first.

    Raises:
        UsageError: a release of `opening` is not in the dataset, both are the same, or there is
            none before the target.
        SourceError: the warehouse was built by software that had not all views yet.
    """
    _check_views(connection)
    releases = _releases(connection)
    names = Numbered(release["release"] for release in releases)
    texts: Numbered[str] = Numbered()
    sides = _sides(releases, opening)
    flags = read_flags(connection, names)
    series, numbers = read_series(connection, names, texts, flags.numbers)
    return {
        "dataset": _dataset(connection),
        "releases": releases,
        "opening": {
            "base": names[sides[0]] if sides else None,
            "target": names[sides[1]] if sides else None,
            "model": opening.model,
        },
        "tolerance": DEFAULT_TOLERANCE,
        "verdicts": [list(verdict) for verdict in VERDICTS.items()],
        **series,
        "flags": flags.rows,
        "comparisons": read_comparisons(connection, names, texts, numbers, sides),
        "edits": read_edits(connection, names),
        "packages": read_packages(connection, names, texts),
        "texts": texts.values(),
    }


def _check_views(connection: duckdb.DuckDBPyConnection) -> None:
    ((found,),) = connection.execute(
        "SELECT count(*) FROM duckdb_views() "
        "WHERE view_name IN ('history', 'priced_runs', 'release_comparisons', 'release_packages')"
    ).fetchall()
    if found < 4:  # noqa: PLR2004 - as many as are named above
        raise SourceError(
            "this warehouse was built by software without this page; run `neuron-warehouse build`"
        )


def _dataset(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    names = ("version", "created_at", "pipeline_version", "source", "licence", "attribution")
    columns = "version, strftime(created_at, '%Y-%m-%d %H:%M UTC'), " + ", ".join(names[2:])
    (row,) = connection.execute(f"SELECT {columns} FROM dataset").fetchall()  # noqa: S608
    return dict(zip(names, row, strict=True))


def _releases(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = ("release", "minor", "published_on", "is_latest_patch", "pages", "tables", "benchmarks")
    rows = connection.execute("""
        SELECT release, minor, published_on::VARCHAR, is_latest_patch,
            page_count, table_count, benchmark_count
        FROM releases ORDER BY release_order
    """).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _sides(releases: Sequence[dict[str, Any]], opening: Opening) -> tuple[str, str] | None:
    """Return the base and the target that the page opens on; None where there is one release."""
    known = tuple(release["release"] for release in releases)
    if len(known) == 1 and not (opening.base or opening.target):
        return None
    target = resolve_release(opening.target or "latest", known)
    base = resolve_release(opening.base, known) if opening.base else _before(releases, target)
    if base == target:
        raise UsageError(f"base and target are both {base}; choose two releases")
    return base, target


def _before(releases: Sequence[dict[str, Any]], target: str) -> str:
    """Return the latest patch of the minor before a release's, or else the release before it."""
    place = next(i for i, release in enumerate(releases) if release["release"] == target)
    earlier = releases[:place]
    if not earlier:
        raise UsageError(f"no release before {target} in this dataset; choose another target")
    others = [r for r in earlier if r["minor"] != releases[place]["minor"]]
    return str((others or earlier)[-1]["release"])
