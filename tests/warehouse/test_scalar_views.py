"""The views that BI tools open hold scalars alone; tables keep their lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import duckdb

BI_VIEWS = ("benchmark_results", "latest_results", "history", "release_comparisons")


@pytest.mark.parametrize("view", BI_VIEWS)
def test_a_view_for_bi_tools_holds_scalars_alone(
    all_releases: duckdb.DuckDBPyConnection, view: str
) -> None:
    types = {row[1] for row in all_releases.execute(f"DESCRIBE {view}").fetchall()}
    assert types <= {"VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE"}


def test_lists_are_joined_and_maps_are_json(all_releases: duckdb.DuckDBPyConnection) -> None:
    rows = all_releases.execute("""
        SELECT r.instance_types, r.instance_type, b.instance_types, r.attributes, r.scripts,
            b.scripts, b.attributes
        FROM benchmark_results AS r JOIN benchmarks AS b USING (benchmark_id)
        WHERE len(b.instance_types) > 1
    """).fetchall()
    assert rows
    for joined, same, instances, attributes, scripts, addresses, columns in rows:
        assert joined == same == ", ".join(instances)
        assert json.loads(attributes) == columns
        assert scripts == ", ".join(addresses)
