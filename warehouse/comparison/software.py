"""Which compiler, runtime and framework stand behind two releases, in a line or two.

Here belongs the sentence; all packages are compared in `warehouse.packages.compare`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.packages.version_order import version_parts
from warehouse.schema.quoting import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

# Compiler, runtime and framework, by the accelerators that they serve.
HEADLINE_PACKAGES: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("trn1", "inf2"): ("neuronx-cc", "aws-neuronx-runtime-lib", "torch-neuronx"),
    ("inf1",): ("neuron-cc", "torch-neuron"),
}


def software_lines(
    connection: duckdb.DuckDBPyConnection, base: Sequence[str], target: Sequence[str]
) -> Iterator[str]:
    """Name the headline packages of the newest release of each side; nothing if unknown."""
    if not base or not target:
        return
    sides = (base[-1], target[-1])
    newest = _newest(connection, sides)
    for accelerators, packages in HEADLINE_PACKAGES.items():
        told = []
        for package in packages:
            versions = [newest.get((side, accelerators[0], package)) for side in sides]
            if any(versions):
                old, new = (version or "not listed" for version in versions)
                told.append(f"{package} {old}" if old == new else f"{package} {old} → {new}")
        if told:
            yield f"On {' and '.join(accelerators)}: {', '.join(told)}."


def _newest(
    connection: duckdb.DuckDBPyConnection, releases: Sequence[str]
) -> dict[tuple[str, str, str], str]:
    """Return the newest listed version of each headline package by release and accelerator."""
    packages = (package for names in HEADLINE_PACKAGES.values() for package in names)
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
