"""Names that a warehouse knows, for the shell to complete: models, releases, instance types.

This module reads them and never complains: where there is no warehouse, or it cannot be read, there
are no names. Put another kind of name here; which option takes which, in the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.errors import NeuronWarehouseError
from warehouse.storage.protocol import SCHEME

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "models": "SELECT DISTINCT model AS name FROM benchmarks",
    "instance types": "SELECT DISTINCT unnest(instance_types) AS name FROM benchmarks",
    "families": "SELECT DISTINCT model_family AS name FROM benchmarks",
    "tasks": "SELECT DISTINCT task AS name FROM benchmarks",
    "benchmarks": "SELECT DISTINCT benchmark_id AS name FROM benchmarks",
    "packages": "SELECT DISTINCT package AS name FROM package_versions",
    "releases": "SELECT release AS name FROM releases UNION SELECT minor FROM releases",
    "pages": "SELECT DISTINCT page AS name FROM pages",
}
"""A query for each kind of name."""


def known_names(root: str, kind: str) -> tuple[str, ...]:
    """Return the names of a kind, in order; none where no warehouse can be read.

    Args:
        root: The dataset's root; one in a bucket has no names, as a shell must not wait for it.
        kind: A key of `NAMES`.
    """
    if root.startswith(SCHEME):
        return ()
    from warehouse.database.open_version import open_warehouse
    from warehouse.schema.engine import duckdb

    query = f"SELECT name FROM ({NAMES[kind]}) WHERE name IS NOT NULL ORDER BY lower(name), name"  # noqa: S608 - ours
    try:
        with open_warehouse(root) as connection:
            return tuple(name for (name,) in connection.execute(query).fetchall())
    except (NeuronWarehouseError, duckdb.Error, OSError):
        return ()
