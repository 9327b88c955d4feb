"""Which compiler, runtime and framework two releases have, in a line or two.

This module writes the sentence. The key packages are declared with the accelerators; all packages
are compared in `warehouse.packages.differences`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract.accelerators import key_package_groups
from warehouse.packages.version_order import version_parts
from warehouse.schema.quoting import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb


def software_lines(
    connection: duckdb.DuckDBPyConnection, base: Sequence[str], target: Sequence[str]
) -> Iterator[str]:
    """Name the headline packages of the newest release of each side; nothing if unknown."""
    if not base or not target:
        return
    sides = (base[-1], target[-1])
    newest = _newest(connection, sides)
    for accelerators, packages in key_package_groups():
        listing = [one for one in accelerators if any(one == key[1] for key in newest)]
        told = []
        for package in packages:
            versions = [
                next(filter(None, (newest.get((side, one, package)) for one in listing)), None)
                for side in sides
            ]
            if any(versions):
                old, new = (version or "not listed" for version in versions)
                told.append(f"{package} {old}" if old == new else f"{package} {old} → {new}")
        if told:
            yield f"On {' and '.join(listing)}: {', '.join(told)}."


def _newest(
    connection: duckdb.DuckDBPyConnection, releases: Sequence[str]
) -> dict[tuple[str, str, str], str]:
    """Return the newest listed version of each headline package by release and accelerator."""
    packages = (package for _, names in key_package_groups() for package in names)
    rows = connection.execute(f"""
        SELECT release, accelerator, package, version
        FROM release_packages
        WHERE release IN {listed(releases)}
        AND package IN {listed(packages)}
        AND version IS NOT NULL
    """).fetchall()  # noqa: S608 - quoted
    return {
        tuple(key): version for *key, version in sorted(rows, key=lambda r: version_parts(r[3]))
    }
