"""This module compares package lists of several docs releases before they are published.

Put finding the earlier lists here: those about to be published, and those of the newest version.
What a difference means lives in `pipelines.quality.packages.package_lists_differ`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.contract import PACKAGE_VERSIONS
from pipelines.quality.packages.package_lists_differ import package_list_flags
from pipelines.releases import release_order
from warehouse.versions.live import live_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipelines.contract import ReleaseTables
    from warehouse.storage.roots import Storage
    from warehouse.versions import Descriptor

_FLAGS = "quality_flags"


def with_package_list_flags(
    root: str | Path | Storage,
    ingested: Mapping[str, ReleaseTables],
    version: Descriptor | None,
) -> dict[str, ReleaseTables]:
    """Return releases with a flag for each package list that changed in their docs release.

    Args:
        root: The dataset.
        ingested: The releases that are about to be published.
        version: The dataset's newest version, where there is one; its releases count as earlier
            or later by their number, and get no flags.
    """
    live = set(version.releases) if version else set()
    earlier: list[Any] = []
    flagged: dict[str, ReleaseTables] = {}
    for release in sorted({*live, *ingested}, key=release_order):
        tables = ingested.get(release)
        if tables is None:
            earlier.extend(live_rows(root, PACKAGE_VERSIONS, release, version))
            continue
        rows: Sequence[Any] = tables.rows.get(PACKAGE_VERSIONS.name, ())
        flags = (*tables.rows.get(_FLAGS, ()), *package_list_flags(rows, earlier))
        flagged[release] = replace(tables, rows={**tables.rows, _FLAGS: flags})
        earlier.extend(rows)
    return flagged
