"""What the comparison's tests share: the nine bundled releases in one database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from warehouse.database.bring_up import build_database
from warehouse.database.connect import connect
from warehouse.versions import publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import duckdb

    from pipelines.contract import ReleaseTables


@pytest.fixture(scope="session")
def nine(bundled: Mapping[str, ReleaseTables], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root that holds all bundled releases."""
    root = tmp_path_factory.mktemp("nine") / "data"
    releases = tuple(bundled.values())
    publish(root, releases, source="a test", now=datetime(2026, 1, 2, tzinfo=UTC))
    build_database(root)
    return root


@pytest.fixture(scope="session")
def warehouse(nine: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the warehouse of all bundled releases."""
    with connect(str(nine / "warehouse.duckdb")) as connection:
        # Nine small releases: a second thread costs more than it brings.
        connection.execute("SET threads = 1")
        yield connection
