"""Which site a `--source` names: the bundled capture, a folder, an address, or an archive.

This module chooses. Put a new name for a source here; what each site does lives in `site`, `live`
and `archive`.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.errors import SourceError
from pipelines.sources.site import PUBLIC_SITE, FolderSite, Site, bundled_site

ARCHIVE_FOLDER = "archive"
"""Where a dataset's root keeps what live sites answered."""
ARCHIVE_VARIABLE = "NEURON_WAREHOUSE_ARCHIVE"


def open_site(source: str, root: str | Path | None = None) -> Site:
    """Return the site that a `--source` names.

    Args:
        source: `bundled`, `live` (the public site), `archive`, an http(s) address, or a folder.
        root: The dataset's folder, which holds the archive.

    Raises:
        SourceError: There is no such folder, or the archive cannot be read.
        UsageError: The address cannot be one of a site.
    """
    if source == "bundled":
        return bundled_site()
    if source == "live" or "://" in source:
        return _live_site(PUBLIC_SITE if source == "live" else source, root)
    if source == "archive":
        from pipelines.sources.archive import Archive
        from pipelines.sources.archive.replay import ArchiveSite

        return ArchiveSite(Archive(archive_folder(source, root)))
    folder = Path(source)
    if not os.path.isdir(source):  # noqa: PTH112 - `Path.is_dir` raises for a name too long
        raise SourceError(
            f"{source!r} is not a folder; --source takes `bundled`, `live`, `archive`, an http(s) "
            "address, or a folder laid out like the documentation site"
        )
    return FolderSite(folder, name=source)


def _live_site(address: str, root: str | Path | None) -> Site:
    from pipelines.sources.archive import Archive
    from pipelines.sources.live.live_site import LiveSite
    from pipelines.sources.live.urls import checked_address
    from pipelines.sources.politeness import politeness_from_environment

    rules = politeness_from_environment()
    return LiveSite(checked_address(address), Archive(archive_folder(address, root)), rules)


def archive_folder(source: str, root: str | Path | None) -> Path:
    """Return the folder of the archive.

    Args:
        source: What needs the archive, for the error's text.
        root: The dataset's root; the archive is in it, unless `NEURON_WAREHOUSE_ARCHIVE` is set.

    Raises:
        SourceError: There is no root, or it is an object store.
    """
    named = os.environ.get(ARCHIVE_VARIABLE)
    if named:
        return Path(named)
    if root is None or "://" in str(root):
        raise SourceError(
            f"{source}: needs a folder for the archive, and an object store is not one; set "
            f"{ARCHIVE_VARIABLE} to a folder"
        )
    return Path(root) / ARCHIVE_FOLDER
