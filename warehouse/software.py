"""Which compiler, runtime and framework stand behind two releases, in a line or two.

Here belongs the sentence; all packages are compared in `packages`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.composition_registry import HEADLINE_PACKAGES
from warehouse.packages import newest_version, packages_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb


def software_lines(
    connection: duckdb.DuckDBPyConnection, base: Sequence[str], target: Sequence[str]
) -> Iterator[str]:
    """Name the headline packages of the newest release of each side; nothing if unknown."""
    if not base or not target:
        return
    before, after = (packages_of(connection, side[-1]) for side in (base, target))
    for accelerators, names in HEADLINE_PACKAGES.items():
        told = []
        for name in names:
            versions = [newest_version(side, name, accelerators[0]) for side in (before, after)]
            if any(versions):
                old, new = (version or "not listed" for version in versions)
                told.append(f"{name} {old}" if old == new else f"{name} {old} → {new}")
        if told:
            yield f"On {' and '.join(accelerators)}: {', '.join(told)}."
