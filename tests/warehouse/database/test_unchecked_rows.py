"""What the contract's checks look at: after a change, the releases that the file lacks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contract import TABLES
from pipelines.errors import PromiseError
from tests.forms import FULL
from tests.warehouse.conftest import (
    DOZEN,
    NOW,
    a_benchmark,
    a_package,
    a_page,
    a_release,
    copy_linked,
)
from warehouse.contract_checks import breaches, contract_checks, is_named_alone
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_newest, open_unchecked
from warehouse.storage.data_paths import CHECKSUM, FILE
from warehouse.versions import prepare, prune, publish, restore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import duckdb

    from pipelines.contract import ReleaseTables

Found = dict[str, dict[str, int]]


def _changed(release: str, table: str, **changes: Any) -> ReleaseTables:
    """Return a release whose last row of a table is changed, with more rows than before."""
    *others, last = a_release(release, rows=3).rows[table]
    return a_release(release, rows=3, **{table: [*others, replace(last, **changes)]})


# Each is a release that the contract's checks in Python would refuse, or one with another's keys.
BREACHES: Mapping[str, Callable[[str], ReleaseTables]] = {
    "nothing": lambda release: a_release(release, rows=3),
    "an unknown value": lambda release: _changed(release, "measurements", unit="furlongs"),
    "an empty text": lambda release: _changed(release, "benchmarks", task=""),
    "a wrong form": lambda release: _changed(release, "measurements", statistic="p1000"),
    "a key twice": lambda release: a_release(
        release, benchmarks=[a_benchmark(release), a_benchmark(release)]
    ),
    "a key of two lists": lambda release: a_release(
        release, package_versions=[a_package(release), a_package(release)]
    ),
    "a row without its cell": lambda release: _changed(release, "measurements", column=99),
    "a table without its page": lambda release: a_release(
        release, pages=[a_page(release, page="trn1-inference")]
    ),
    "a benchmark of another release": lambda release: _changed(
        release, "benchmarks", benchmark_id=f"b-{DOZEN[3]}-1"
    ),
    "a table of another release": lambda release: _changed(
        release, "published_tables", table_id=f"t-{DOZEN[3]}"
    ),
    "cells of another release": lambda release: _changed(
        release, "published_cells", table_id=f"t-{DOZEN[3]}", row=0, column=0
    ),
}


IMPLIED = {f"{table.name}_key_unique" for table in TABLES if not is_named_alone(table)}
"""Where one of these is broken across releases, a reference or the key above it is broken too."""


def _publish(root: Path, *releases: ReleaseTables) -> None:
    """Publish releases without the checks in Python."""
    ready = [prepare(tables, checked=True) for tables in releases]
    publish(root, ready, source="a test", now=NOW)


def _found(connection: duckdb.DuckDBPyConnection, *, beside_others: bool = False) -> Found:
    """Return how many rows of each release break each check, without checks that none breaks."""
    found: Found = {}
    for table in TABLES:
        checks = [check for check in contract_checks() if check.table == table.name]
        broken = breaches(connection, checks, beside_others=beside_others)
        found |= {check.name: dict(counts) for check, counts in broken.items() if counts}
    return found


def _found_of_all(root: Path) -> Found:
    with open_newest(root) as connection:
        return _found(connection)


def _found_of_changes(root: Path) -> tuple[tuple[str, ...], Found]:
    with open_unchecked(root) as (connection, changed):
        return changed, _found(connection, beside_others=bool(changed))


def _refused(root: Path) -> set[str]:
    """Return releases whose rows a build of the file refuses; readers keep the old file.

    The error names the first broken promises, and so not each release.
    """
    before = (root / FILE).read_bytes()
    try:
        build_database(root, checking=True)
    except PromiseError as error:
        assert (root / FILE).read_bytes() == before
        return set(re.findall(r"\d+ in ([\d.]+)", str(error)))
    assert (root / FILE).read_bytes() != before
    return set()


@pytest.mark.stress
@given(
    first=st.sampled_from(sorted(BREACHES)),
    second=st.sampled_from(sorted(BREACHES)),
    releases=st.sampled_from([(DOZEN[5], DOZEN[7]), (DOZEN[3], DOZEN[11]), (DOZEN[0], "2.99.0")]),
)
@settings(max_examples=100 if FULL else 8)
def test_the_changed_releases_show_every_breach_that_all_rows_show(
    dozen_once: Path,
    tmp_path_factory: pytest.TempPathFactory,
    first: str,
    second: str,
    releases: tuple[str, str],
) -> None:
    root = tmp_path_factory.mktemp("changed") / "data"
    copy_linked(dozen_once, root)
    _publish(root, BREACHES[first](releases[0]), BREACHES[second](releases[1]))
    changed, found = _found_of_changes(root)
    assert changed == releases
    of_all = _found_of_all(root)
    assert set(found) <= set(of_all)
    assert set(of_all) - set(found) <= IMPLIED
    assert bool(found) == bool(of_all)
    refused = _refused(root)
    assert refused <= {name for counts in found.values() for name in counts}
    assert bool(refused) == bool(found)


def test_what_broke_a_check_before_is_found_until_it_is_gone(dozen: Path) -> None:
    _publish(dozen, BREACHES["an empty text"](DOZEN[5]))
    _publish(dozen, a_release(DOZEN[7], rows=3))
    assert _found_of_changes(dozen) == (
        (DOZEN[5], DOZEN[7]),
        {"benchmarks_task_not_empty": {DOZEN[5]: 1}},
    )
    _publish(dozen, a_release(DOZEN[5]))
    assert _found_of_changes(dozen) == ((DOZEN[7],), {})


def test_an_error_names_three_broken_promises_and_three_releases(dozen: Path) -> None:
    _publish(dozen, *(BREACHES["an empty text"](release) for release in DOZEN[:5]))
    with pytest.raises(PromiseError, match=f"1 in {DOZEN[2]}, and in 2 more\\)"):
        build_database(dozen, checking=True)
    columns = dict.fromkeys(("task", "framework", "model_details", "optimizer"), "")
    worse = (_changed(release, "benchmarks", **columns) for release in DOZEN[:5])
    _publish(dozen, *worse)
    with pytest.raises(PromiseError, match="; and 1 more"):
        build_database(dozen, checking=True)


def _from_the_newest(root: Path) -> None:
    build_database(root)


def _from_a_restored_version(root: Path) -> None:
    restore(root, 1, now=NOW)
    build_database(root)
    _publish(root, a_release(DOZEN[5], rows=4))


@pytest.mark.parametrize(
    "spoil",
    [
        _from_the_newest,
        _from_a_restored_version,
        lambda root: (root / CHECKSUM).write_text("0" * 64),
        lambda root: prune(root, 1),
    ],
    ids=["of the newest version", "of a restored one", "not what was written", "of a pruned one"],
)
def test_all_rows_are_looked_at_where_the_file_proves_nothing(
    dozen: Path, spoil: Callable[[Path], object]
) -> None:
    _publish(dozen, a_release(DOZEN[5], rows=3))
    assert _found_of_changes(dozen)[0] == (DOZEN[5],)
    spoil(dozen)
    with open_unchecked(dozen) as (connection, changed):
        counted = connection.execute("SELECT count(DISTINCT release) FROM benchmarks").fetchall()
    assert (changed, counted) == ((), [(len(DOZEN),)])


def _file_of_a_restored_version(root: Path) -> None:
    _publish(root, a_release(DOZEN[7], rows=3))
    restore(root, 2, now=NOW)
    build_database(root)


@pytest.mark.parametrize(
    "spoil",
    [_file_of_a_restored_version, lambda root: (root / FILE).unlink()],
    ids=["of a restored version", "gone"],
)
def test_a_build_looks_at_all_rows_where_the_file_proves_nothing(
    dozen: Path, spoil: Callable[[Path], object]
) -> None:
    _publish(dozen, BREACHES["an empty text"](DOZEN[7]))
    spoil(dozen)
    _publish(dozen, a_release(DOZEN[5], rows=3))
    with pytest.raises(PromiseError, match=f"1 in {DOZEN[7]}"):
        build_database(dozen, checking=True)


def test_all_rows_are_looked_at_by_another_set_of_checks(
    dozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(dozen, a_release(DOZEN[5], rows=3))
    monkeypatch.setattr("warehouse.database.layout.layout", lambda: "another")
    assert _found_of_changes(dozen) == ((), {})


def test_tables_whose_keys_other_releases_can_have_are_looked_at_beside_them() -> None:
    named = {table.name for table in TABLES if is_named_alone(table)}
    assert named == {"benchmarks", "published_tables"}
