"""The series of the page: their dimensions, and what each release printed of them.

This module reads `history` into numbered values. Which rows make one series is decided in the
view; how the values are packed is described in `warehouse.report.data`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipelines.contract import BENCHMARKS
from pipelines.contract.benchmarks import IDENTITY
from warehouse.comparison.statements import SETUP
from warehouse.report.interning import Numbered
from warehouse.report.labels import better, is_typical, kind, label
from warehouse.views.history import ORIGINS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb


def _as_texts(names: Iterable[str]) -> str:
    return ", ".join(f"h.{name}::VARCHAR" for name in names)


_COLUMNS = """
SELECT DISTINCT metric, statistic, unit FROM history ORDER BY ALL
"""
_ROWS = f"""
SELECT
    h.series_id,
    h.series,
    h.release,
    coalesce(h.measured_release, '') AS measured,
    h.url,
    coalesce(p.title, h.page) AS title,
    concat_ws(' > ', nullif(t.section[-1], ''), t.tab) AS place,
    h.row,
    h.origin,
    round(r.implied_usd_per_hour, 6) AS rate,
    h.benchmark_id,
    [{_as_texts(IDENTITY)}] AS identity,
    [{_as_texts(SETUP)}] AS setup,
    list((h.metric, h.statistic, h.unit, h.value) ORDER BY h.metric, h.statistic) AS figures
FROM history AS h
JOIN pages AS p ON p.release = h.release AND p.page = h.page
JOIN published_tables AS t ON t.release = h.release AND t.table_id = h.table_id
JOIN benchmark_results AS r ON r.release = h.release AND r.benchmark_id = h.benchmark_id
GROUP BY ALL
ORDER BY h.series, h.series_id, any_value(h.release_order)
"""  # noqa: S608 - the contract's names
_RUNS = """
SELECT series_id, release, counted, usd_per_1m, hours_per_1m
FROM priced_runs
WHERE usd_per_1m IS NOT NULL
ORDER BY series, series_id
"""
_PRICES = """
SELECT instance_type, any_value(round(latest_usd_per_hour, 6))
FROM benchmark_results
WHERE latest_usd_per_hour IS NOT NULL
GROUP BY instance_type
ORDER BY instance_type
"""


def read_series(
    connection: duckdb.DuckDBPyConnection,
    releases: Numbered[str],
    texts: Numbered[str],
    flags: Mapping[str, tuple[int, ...]],
) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the parts of the page's data that series need, and the series of each benchmark.

    Args:
        connection: A warehouse, opened for reading.
        releases: The releases of the page, with their numbers.
        texts: The page's texts, which gain what is new here.
        flags: The numbers of each benchmark's flags, by benchmark_id.
    """
    packing = _Packing(connection.execute(_COLUMNS).fetchall(), releases, texts, flags)
    rows = connection.execute(_ROWS).fetchall()
    series = [packing.series(list(points)) for _, points in groupby(rows, key=lambda row: row[0])]
    data = packing.tables() | {
        "series": series,
        "runs": _runs(connection, {one["id"]: at for at, one in enumerate(series)}, packing),
        "prices": [list(row) for row in connection.execute(_PRICES).fetchall()],
    }
    return data, packing.numbers


def _runs(
    connection: duckdb.DuckDBPyConnection, numbers: Mapping[str, int], packing: _Packing
) -> list[list[Any]]:
    """Return the runs that have a cost, each by its series and release."""
    return [
        [numbers[series], packing.releases[release], packing.texts.number(counted), usd, hours]
        for series, release, counted, usd, hours in connection.execute(_RUNS).fetchall()
    ]


class _Packing:
    """The numbered values that series share, and the packing of one series with them."""

    def __init__(
        self,
        columns: Sequence[tuple[str, str, str]],
        releases: Numbered[str],
        texts: Numbered[str],
        flags: Mapping[str, tuple[int, ...]],
    ) -> None:
        self.numbers: dict[str, int] = {}
        self._columns = Numbered(columns)
        self.releases = releases
        self.texts = texts
        self._flags = flags
        self._origins = Numbered(ORIGINS)
        self._pages: Numbered[tuple[str, str]] = Numbered()
        self._setups: Numbered[tuple[int | None, ...]] = Numbered()
        self._figures: Numbered[tuple[float, ...]] = Numbered()
        self._flag_sets: Numbered[tuple[int, ...]] = Numbered([()])
        self._count = 0

    def series(self, rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        """Return one series; its rows are those of the query, oldest release first."""
        newest = rows[-1]
        number, self._count = self._count, self._count + 1
        self.numbers.update((row[10], number) for row in rows)
        return {
            "id": newest[0],
            "name": newest[1],
            "values": list(self._named(newest[11])),
            "points": [self._point(row) for row in rows],
        }

    def _point(self, row: tuple[Any, ...]) -> list[Any]:
        (
            _, _, release, measured, url, title, place, number, origin, rate, benchmark, _, setup,
            figures,
        ) = row  # fmt: skip
        flat = (part for m, s, u, value in figures for part in (self._columns[m, s, u], value))
        return [
            self.releases[release],
            self.texts.number(measured),
            self._pages.number((url, title)),
            self.texts.number(place),
            number,
            self._flag_sets.number(self._flags.get(benchmark, ())),
            self._setups.number(tuple(self._named(setup))),
            self._origins[origin],
            self._figures.number(tuple(flat)),
            rate,
        ]

    def _named(self, values: Sequence[str | None]) -> Iterator[int | None]:
        return (None if value is None else self.texts.number(value) for value in values)

    def tables(self) -> dict[str, Any]:
        """Return the shared values, once all series are packed."""
        return {
            "columns": [
                {
                    "metric": metric,
                    "statistic": statistic,
                    "unit": unit,
                    "label": label(metric, statistic),
                    "kind": kind(metric),
                    "better": better(metric),
                    "is_typical": is_typical(statistic),
                }
                for metric, statistic, unit in self._columns.values()
            ],
            "dimensions": [
                *(_dimension(name, "identity") for name in IDENTITY),
                *(_dimension(name, "setup") for name in SETUP),
            ],
            "origins": [list(origin) for origin in ORIGINS.items()],
            "setups": [list(setup) for setup in self._setups.values()],
            "figures": [list(figures) for figures in self._figures.values()],
            "pages": [list(page) for page in self._pages.values()],
            "flag_sets": [list(flags) for flags in self._flag_sets.values()],
        }


def _dimension(name: str, sort: str) -> dict[str, Any]:
    (column,) = (column for column in BENCHMARKS.columns if column.name == name)
    words = name.replace("_", " ")
    text = words[0].upper() + words[1:]
    return {"name": name, "label": text, "unit": column.facts.unit, "kind": sort}
