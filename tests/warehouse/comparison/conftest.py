"""What the comparison's tests share: the nine bundled releases in one database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.in_memory import empty_database
from warehouse.database.build_file import build_database
from warehouse.database.connect import connect
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import duckdb

    from pipelines.contract import ReleaseTables
    from tests.shelf import Shelf


NINE = ("2.17.0", "2.18.0", "2.18.1", "2.18.2", "2.19.0", "2.19.1", "2.20.0", "2.20.1", "2.20.2")


@pytest.fixture(scope="session")
def nine(shelf: Shelf, bundled: Mapping[str, ReleaseTables]) -> Path:
    """Return a root that holds the nine releases from 2.17.0 to 2.20.2; never change it."""

    def fill(root: Path) -> None:
        releases = [bundled[release] for release in NINE]
        publish(root, releases, source="a test", now=datetime(2026, 1, 2, tzinfo=UTC))
        build_database(root)

    return shelf.folder("nine", fill)


@pytest.fixture(scope="session")
def warehouse(nine: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the warehouse of the nine releases."""
    with connect(str(nine / "warehouse.duckdb")) as connection:
        # Nine small releases: a second thread costs more than it brings.
        connection.execute("SET threads = 1")
        yield connection


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to a database without rows, for the tests of a module to fill."""
    with empty_database() as connection:
        yield connection
