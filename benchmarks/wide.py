"""What a million benchmarks cost in the warehouse file.

This module measures the first looks of a BI tool, a comparison, and checking and bringing up one
changed release, in processor time; the looks beside the same work on the plain tables. The dataset
is made by `many_benchmarks`.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.many_benchmarks import NOW, prepared, publish_many, release_name
from benchmarks.timing import COMMAND, Timing, command, seconds_of
from warehouse.contract_checks import broken_promises
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_unchecked, open_warehouse
from warehouse.schema.parts import ALL, of_releases
from warehouse.versions import publish
from warehouse.views.release_parts import wide_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

RELEASES = 100
ROUNDS = 5
BI_VIEWS = ("benchmark_results", "latest_results", "history")


def measurements(releases: int = RELEASES) -> Iterator[Timing]:
    """Yield one measure after another."""
    with tempfile.TemporaryDirectory() as folder:
        pattern, root = Path(folder) / "pattern", Path(folder) / "data"
        command([COMMAND, "build", "--root", str(pattern)])()
        publish_many(root, pattern, releases)
        build_database(root)
        yield from _costs(root, pattern, releases)


def _costs(root: Path, pattern: Path, releases: int) -> Iterator[Timing]:
    middle, after = (release_name(releases // 2 + step) for step in (0, 1))
    with open_warehouse(root) as connection:
        # As `sql` does: of two threads, the one without work waits for it busily, and that counts.
        connection.execute("SET threads = 1")
        fetch = partial(_fetch, connection)
        for view in BI_VIEWS:
            looks = (
                ("first ten rows", "LIMIT 10", ALL),
                ("one release", f"WHERE release = '{middle}'", of_releases([middle])),
            )
            for what, condition, chosen in looks:
                ours = _median(partial(fetch, f"FROM {view} {condition}"))
                theirs = seconds_of(partial(fetch, f"FROM ({wide_rows(chosen)}) {condition}"))
                yield _timing(f"{view}, {what} / the wide rows from the tables", ours, theirs, 0.1)
        call = f"compare_releases('{middle}', '{after}')"
        query = f"SELECT verdict, count(*) FROM {call} GROUP BY ALL"  # noqa: S608 - ours
        ours = _median(partial(fetch, query))
        yield _timing("compare two releases, verdicts counted", ours, None, 0.3)
    checked, brought_up, both = _changed(root, pattern, releases // 2)
    yield _timing("check what the contract promises of one changed release", checked, None, 1.5)
    yield _timing("bring up the file for one changed release", brought_up, None, 1.5)
    # What a `build` does whose history is not kept, against the goals of both.
    yield _timing("bring up the file for it, checked before it takes its place", both, None, 3)


def _timing(name: str, ours: float, theirs: float | None, goal: float) -> Timing:
    ratio = None if theirs is None else ours / theirs
    told = f"at most {goal:g} s"
    return Timing(f"a million benchmarks: {name}", ours, theirs, ratio, told, ours <= goal, _peak())


def _changed(root: Path, pattern: Path, number: int) -> tuple[float, ...]:
    """Return what three ways to deal with a release that changed take, in seconds each.

    They are: to check it before the file, to bring up the file for it, and both in one.
    """
    editions = count(1)

    def change() -> str:
        with open_warehouse(pattern) as connection:
            changed = prepared(connection, number, edition=next(editions))
        publish(root, [changed], source="generated", now=NOW)
        return changed.release

    times = []
    for _ in range(ROUNDS):
        checked = seconds_of(partial(_check, root, change()))
        brought_up = seconds_of(partial(build_database, root))
        change()
        both = seconds_of(partial(build_database, root, checking=True))
        times.append((checked, brought_up, both))
    return tuple(map(statistics.median, zip(*times, strict=True)))


def _check(root: Path, changed: str) -> None:
    """Run the contract's checks as a build does, over the one release that changed."""
    with open_unchecked(root) as (connection, releases):
        assert releases == (changed,)  # noqa: S101 - otherwise all rows are looked at
        broken = broken_promises(connection, beside_others=True)
        assert not broken, broken  # noqa: S101 - it is generated without


def _fetch(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    # To Arrow, as a client reads it: rows of Python objects take longer to make than to query.
    return connection.sql(query).to_arrow_table()


def _median(call: Callable[[], object]) -> float:
    return statistics.median([seconds_of(call) for _ in range(ROUNDS + 1)][1:])


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
