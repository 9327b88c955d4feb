"""The file opened in the database that importing DuckDB has made: as in one of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.errors import SourceError
from warehouse.database.open_version import open_warehouse
from warehouse.storage.data_paths import CHECKSUM, FILE

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = (
    "TimeZone",
    "enable_progress_bar",
    "python_enable_replacements",
    "autoload_known_extensions",
    "allow_persistent_secrets",
    "temp_directory",
)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT version, source FROM dataset",
        "FROM benchmark_results ORDER BY ALL",
        "FROM compare_releases('2.20', 'latest') ORDER BY ALL",
        "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
    ],
)
def test_both_ways_of_opening_the_file_read_the_same(built: Path, query: str) -> None:
    own, attached = (_answer(built, query, alone=alone) for alone in (False, True))
    assert own
    assert attached == own


def _answer(root: Path, query: str, *, alone: bool) -> list[tuple[object, ...]]:
    with open_warehouse(root, alone=alone) as connection:
        return connection.execute(query).fetchall()


def test_both_ways_have_the_same_settings(built: Path) -> None:
    query = f"SELECT {', '.join(f'current_setting({name!r})' for name in SETTINGS)}"
    own, attached = (_answer(built, query, alone=alone) for alone in (False, True))
    assert attached == own


def test_the_file_cannot_be_written_and_is_let_go(built: Path) -> None:
    with open_warehouse(built, alone=True) as connection, pytest.raises(duckdb.Error, match="read"):
        connection.execute("DELETE FROM dataset")
    names = "SELECT database_name FROM duckdb_databases() WHERE NOT internal"
    assert duckdb.execute(names).fetchall() == [("memory",)]
    # In one process, a file is open in one database at most.
    duckdb.connect(str(built / FILE), read_only=True).close()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:30_000])


def _flip_a_byte_in_each_block(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(3 * 4096 + 1000, len(data), 2**18):
        data[place] ^= 1
    path.write_bytes(data)


def _write_a_text(path: Path) -> None:
    path.write_bytes(b"this is a text\n" * 1000)


@pytest.mark.parametrize("spoil", [_cut, _flip_a_byte_in_each_block, _write_a_text, Path.unlink])
def test_a_file_that_cannot_be_read_has_the_same_error(
    built: Path, spoil: Callable[[Path], object]
) -> None:
    file = built / FILE
    file.chmod(0o644)
    spoil(file)
    (built / CHECKSUM).unlink()
    said = {_error(built, alone=alone) for alone in (False, True)}
    assert len(said) == 1
    assert str(file) in said.pop()


def _error(root: Path, *, alone: bool) -> str:
    with pytest.raises(SourceError) as caught, open_warehouse(root, alone=alone) as connection:
        connection.execute("FROM benchmark_results").fetchall()
    return str(caught.value)
