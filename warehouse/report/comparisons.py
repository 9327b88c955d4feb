"""The comparisons of the page: every release against every later one.

This module reads `release_comparisons` and groups its pairs of rows, since most of them differ in
nothing but their series. The figures themselves are those of the series' points.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from warehouse.comparison.verdicts import VERDICTS
from warehouse.schema.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from warehouse.report.interning import Numbered

_QUERY = """
SELECT
    base_release,
    target_release,
    "match",
    changed,
    string_agg(verdict, ' ' ORDER BY metric, statistic) AS verdicts,
    remeasured::INTEGER AS remeasured,
    -- The rates themselves are those of the points.
    (max(base_usd_per_hour) IS NOT NULL AND max(target_usd_per_hour) IS NOT NULL)::INTEGER AS rates,
    base_benchmark_id,
    target_benchmark_id
FROM release_comparisons
-- A filter on these two columns alone, and no join, works out half of the pairs.
WHERE list_position({order}, base_release) < list_position({order}, target_release) OR {also}
GROUP BY ALL
ORDER BY ALL
"""
_LETTERS = dict(zip(VERDICTS, ascii_lowercase, strict=False))


def read_comparisons(
    connection: duckdb.DuckDBPyConnection,
    releases: Numbered[str],
    texts: Numbered[str],
    series: Mapping[str, int],
    sides: tuple[str, str] | None,
) -> list[dict[str, Any]]:
    """Return the comparisons, in the shape that `warehouse.report.data` describes.

    Args:
        connection: A warehouse, opened for reading.
        releases: The releases of the page, with their numbers.
        texts: The page's texts, which gain what is new here.
        series: The number of the series of each benchmark, by benchmark_id.
        sides: A base and a target to compare in this order, even if the base is the later one.
    """
    order = f"[{', '.join(map(literal, releases.values()))}]"
    also = "false"
    if sides:
        also = f"(base_release = {literal(sides[0])} AND target_release = {literal(sides[1])})"
    found: dict[tuple[int, int], dict[tuple[Any, ...], tuple[list[int], list[int]]]] = {}
    for base, target, match, changed, verdicts, remeasured, rates, *ids in connection.execute(
        _QUERY.format(order=order, also=also)
    ).fetchall():
        base_id, target_id = ids
        letters = "".join(_LETTERS[verdict] for verdict in verdicts.split(" "))
        alike = (match, texts.number(changed), letters, remeasured, rates)
        # Groups hold rows of one side or of both, so that the two lists belong together.
        key = (*alike, base_id is None, target_id is None)
        groups = found.setdefault((releases[base], releases[target]), {})
        bases, targets = groups.setdefault(key, ([], []))
        if base_id is not None:
            bases.append(series[base_id])
        if target_id is not None:
            targets.append(series[target_id])
    return [
        {"base": base, "target": target, "groups": [_group(*item) for item in groups.items()]}
        for (base, target), groups in sorted(found.items())
    ]


def _group(key: tuple[Any, ...], sides: tuple[list[int], list[int]]) -> list[Any]:
    bases, targets = sides
    return [*key[:-2], bases, None if targets == bases else targets]
