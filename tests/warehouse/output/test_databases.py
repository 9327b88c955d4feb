"""SQLite and PostgreSQL: every table and view arrives, row by row, as scalars."""

# ruff: noqa: S608 - every name is our own
from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from adbc_driver_postgresql import dbapi

from pipelines.contract import TABLES, Table
from pipelines.errors import SourceError, UsageError
from tests.forms import FULL, only_in_full
from tests.postgres import a_postgres
from tests.warehouse.conftest import NOW, Publish, a_release, cut, without_module
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_warehouse
from warehouse.output.postgres_schema import SCHEMA, export_postgres
from warehouse.output.scalar_tables import COMPARISONS, scalar_tables
from warehouse.output.sqlite_file import export_sqlite
from warehouse.schema.quoting import quoted
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from tests.calling import Call
    from tests.shelf import Shelf

    Fetch = Callable[[str], Sequence[Sequence[Any]]]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def two(shelf: Shelf, bundled: Mapping[str, ReleaseTables]) -> Path:
    """Return a root of the oldest and the newest bundled release; never change it.

    In short form, with a part of their rows.
    """

    def fill(root: Path) -> None:
        whole = bundled["2.10.0"], bundled["2.32.0"]
        releases = whole if FULL else tuple(map(cut, whole))
        publish(root, releases, source="a test", now=NOW)
        build_database(root)

    return shelf.folder("oldest-and-newest", fill)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of a PostgreSQL database."""
    with a_postgres() as dsn:
        yield dsn


def _compared(root: Path, fetch: Fetch, place: str, as_there: Callable[[Any], Any]) -> set[str]:
    """Hold each exported table against the warehouse; return the names of the tables."""
    with open_warehouse(root) as warehouse:
        tables = scalar_tables(warehouse)
        for table in tables:
            names = ", ".join(quoted(column.name) for column in table.columns)
            found = fetch(f"SELECT {names} FROM {place}{quoted(table.name)}")
            ours = [tuple(map(as_there, row)) for row in warehouse.execute(table.query).fetchall()]
            assert sorted(map(repr, found)) == sorted(map(repr, ours)), table.name
    return {table.name for table in tables}


def _moment_as_text(value: Any) -> Any:
    # Two libraries have two objects for the time zone UTC.
    return value.isoformat() if hasattr(value, "isoformat") else value


def _optional(table: Table) -> set[str]:
    return {column.name for column in table.columns if column.nullable}


def test_sqlite_holds_every_row(two: Path, tmp_path: Path) -> None:
    path = tmp_path / "neuron.sqlite"
    export_sqlite(str(two), str(path))

    def as_there(value: Any) -> Any:
        if isinstance(value, bool):
            return int(value)
        text = value.isoformat() if hasattr(value, "isoformat") else value
        return text.replace("+00:00", "Z") if hasattr(value, "hour") else text

    with closing(sqlite3.connect(path)) as file:
        names = _compared(two, lambda q: file.execute(q).fetchall(), "", as_there)
        held = {name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE sql <> ''")}
        described = dict(
            file.execute(
                "SELECT column_name, description FROM column_descriptions "
                "WHERE table_name = 'history'"
            ).fetchall()
        )
        types = {
            kind
            for (kind,) in file.execute(
                "SELECT DISTINCT typeof(attributes) FROM benchmarks UNION "
                "SELECT DISTINCT typeof(instance_types) FROM benchmarks"
            )
        }
    assert held == names | {"column_descriptions"}
    assert {"benchmarks", "benchmark_results", "history", "dataset"} <= names
    assert COMPARISONS not in names
    assert described["series"] == "Name of the series, to read."
    assert None in described
    assert types == {"text"}


def test_comparisons_come_where_they_are_wanted(tmp_path: Path, built_once: Path) -> None:
    path = tmp_path / "all.sqlite"
    # By its number a version is read from Parquet, and has to be described like its file.
    export_sqlite(str(built_once), str(path), version=1, comparisons=True)
    with closing(sqlite3.connect(path)) as file, open_warehouse(built_once) as warehouse:
        query = f"SELECT count(*) FROM {COMPARISONS}"
        assert file.execute(query).fetchone() == warehouse.execute(query).fetchone() != (0,)
        told = file.execute(
            "SELECT table_name, column_name, description FROM column_descriptions"
        ).fetchall()
        described = {
            (table.name, column.name, column.description)
            for table in scalar_tables(warehouse, comparisons=True)
            for column in table.columns
        }
    assert described <= set(told)
    assert all(text for *_, text in described)


def test_a_sqlite_file_is_replaced_whole_or_left(built: Path, tmp_path: Path, call: Call) -> None:
    export = ("export", "--format", "sqlite", "--root")
    path = tmp_path / "neuron.sqlite"
    path.write_text("what was there")
    assert call(*export, str(tmp_path / "nowhere"), str(path)).returncode == 3
    assert path.read_text() == "what was there"
    said = call(*export, str(built), str(path))
    assert said.returncode == 0
    assert said.stdout.startswith("Wrote ")
    assert path.read_bytes().startswith(b"SQLite format 3")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "neuron.sqlite"]
    lost = call(*export, str(built), str(tmp_path / "no" / "neuron.sqlite"))
    assert lost.returncode == 3
    assert "cannot write" in lost.stderr


# In short form: SQLite gets the same rows from the same code.
@only_in_full
@pytest.mark.stress
@pytest.mark.slow
def test_postgres_holds_every_row_with_keys_and_comments(
    two: Path, built_once: Path, server: str
) -> None:
    # Twice: the second replaces the first.
    export_postgres(str(built_once), server)
    count = export_postgres(str(two), server)
    with dbapi.connect(server) as target, target.cursor() as cursor:

        def fetch(query: str) -> Sequence[Sequence[Any]]:
            cursor.execute(query)
            return [tuple(map(_moment_as_text, row)) for row in cursor.fetchall()]

        names = _compared(two, fetch, f"{SCHEMA}.", _moment_as_text)
        assert len(names) == count
        ((text,),) = fetch(f"SELECT obj_description('{SCHEMA}.history'::regclass)")
        assert text.startswith("One row a series")
        ((keys,),) = fetch(
            "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_type = "
            f"'PRIMARY KEY' AND table_schema = '{SCHEMA}'"
        )
        assert keys == sum(1 for table in TABLES if not _optional(table) & {*table.key}) > 5
        # What BI tools open is scalars alone.
        kinds = {
            kind
            for (kind,) in fetch(
                f"SELECT data_type FROM information_schema.columns WHERE table_schema = '{SCHEMA}'"
            )
        }
        assert not kinds & {"ARRAY", "USER-DEFINED", "json", "bytea"}
        ((value,),) = fetch(f"SELECT max(value) FROM {SCHEMA}.measurements")
        assert math.isfinite(value)


@pytest.mark.slow
def test_a_refused_export_changes_nothing(
    built_once: Path, root: Path, put: Publish, server: str
) -> None:
    put(a_release("2.21.0"))
    build_database(root)
    export_postgres(str(built_once), server)
    with dbapi.connect(server) as target, target.cursor() as cursor:
        cursor.execute(f"CREATE VIEW mine AS SELECT * FROM {SCHEMA}.releases")
        target.commit()
        with pytest.raises(
            SourceError, match=r"PostgreSQL refused the export: .*view mine"
        ) as error:
            export_postgres(str(root), server)
        assert "\n" not in str(error.value)
        cursor.execute(f"SELECT release FROM {SCHEMA}.releases")
        assert {release for (release,) in cursor.fetchall()} == {"2.9.0", "2.20.0"}
        cursor.execute("DROP VIEW mine")
        target.commit()


def test_a_password_is_in_no_message(built: Path, call: Call) -> None:
    for dsn in (
        "postgresql://me:s3cret@127.0.0.1:1/db",
        "host=127.0.0.1 port=1 password=s3cret",
        "postgresql://me:s3cret@127.0.0.1:bad/db",
    ):
        said = call("export", "--format", "postgres", dsn, "--root", str(built))
        assert said.returncode == 3
        assert said.stderr.count("\n") == 1
        assert "PostgreSQL refused the export" in said.stderr
        assert "s3cret" not in said.stderr


def test_without_the_driver_its_extra_is_named(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_module(monkeypatch, "adbc_driver_postgresql")
    with pytest.raises(UsageError, match=r"pip install '\.\[postgres\]'"):
        export_postgres(str(built), "dbname=none")


@pytest.mark.parametrize("line", ["--format sqlite x --history", "--format delta x --comparisons"])
def test_an_option_of_another_form_is_refused(line: str, built: Path, call: Call) -> None:
    said = call("export", *line.split(), "--root", str(built))
    assert said.returncode == 2
    assert "is for" in said.stderr
