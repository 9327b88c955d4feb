"""Package lists of several docs releases beside each other, before they are published.

Here belongs finding the earlier lists, those about to be published and those of the newest version.
What a difference means is a rule of `pipelines.quality.packages.package_lists_differ`.
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
    """Return releases with a flag for each package list that an earlier docs release contradicts.

    `version` is the dataset's newest, where there is one.
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
