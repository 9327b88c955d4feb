"""Queries that documents show as SQL are answered by the bundled releases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pytest

from tools.documents.found import blocks, documents, name_of
from warehouse.database.open_version import open_warehouse

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = [
    pytest.param(statement, id=f"{name_of(path)}-{number}")
    for path in documents()
    for block in blocks(path.read_text("utf-8"))
    # Settings of a connection are tried in `tests.hostile.test_storage_untrusted`.
    if block.kind == "sql" and not re.match(r"SET ", block.text)
    for number, statement in enumerate(duckdb.extract_statements(block.text))
]


@pytest.mark.parametrize("statement", SHOWN)
def test_a_query_that_is_shown_is_answered(statement: duckdb.Statement, bundled_root: Path) -> None:
    with open_warehouse(bundled_root) as connection:
        assert connection.execute(statement).fetchone()
