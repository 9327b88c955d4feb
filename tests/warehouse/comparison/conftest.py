"""What the comparison's tests share: the nine bundled releases in one database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from warehouse.database.connect import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb


@pytest.fixture(scope="session")
def warehouse(bundled_root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the warehouse of all bundled releases."""
    with connect(str(bundled_root / "warehouse.duckdb")) as connection:
        # Nine small releases: a second thread costs more than it brings.
        connection.execute("SET threads = 1")
        yield connection
