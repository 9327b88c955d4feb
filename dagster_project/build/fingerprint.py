"""What state the documentation of a release is in, found without publishing anything.

This module observes a site, and reads when it answered last. Put no Dagster here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from pipelines.clock import now
from pipelines.contract import QUALITY_FLAGS
from pipelines.errors import AbsentError, SourceError
from pipelines.extract import extract_page
from pipelines.pages.catalog import ALL_PAGES, PAGE_KINDS, PageKind
from pipelines.pages.inventory import Location, locate, read_inventory
from pipelines.pages.page_checks import check_bytes, encoding_of
from pipelines.pages.published import page_row
from pipelines.quality.pages import page_held_back
from pipelines.releases import minor_of
from pipelines.sources.site import INVENTORY_PATH, Site


def observed_releases(
    wanted: str, available: Sequence[str], known: Sequence[str]
) -> tuple[str, ...]:
    """Choose what to observe.

    Args:
        wanted: `newest` for the releases of the newest minor; anything else for all.
        available: The site's releases, oldest first.
        known: The releases that are partitions.

    Returns:
        Releases that are both available and known, oldest first.
    """
    there = [release for release in available if release in known]
    if wanted != "newest" or not there:
        return tuple(there)
    return tuple(release for release in there if minor_of(release) == minor_of(there[-1]))


def observe(
    site: Site,
    releases: Sequence[str],
    *,
    report: Callable[[str], object],
    held_back: Collection[str] = (),
) -> Mapping[str, str]:
    """Return each release's data version.

    Args:
        site: The documentation site.
        releases: The releases to observe.
        report: Called with the message of a release that cannot be read; it is left out.
        held_back: Releases of which the dataset lacks pages. Their data version is another one
            each day, so that they are read again even if the documentation stays as it is.
    """
    seen = {}
    for release in releases:
        try:
            state = _state(site, release)
        except SourceError as error:
            report(str(error))
            continue
        if release in held_back:
            state.append(["held back", f"{now():%Y-%m-%d}"])
        seen[release] = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]
    return seen


def releases_held_back(root: str) -> frozenset[str]:
    """Return the releases of which the newest dataset version lacks a page's newest rows."""
    from warehouse.versions import live_rows, newest

    version = newest(root)
    return frozenset(
        release
        for release in (version.releases if version else ())
        for flag in live_rows(root, QUALITY_FLAGS, release, version)
        if flag.rule == page_held_back.RULE.name
    )


def _state(site: Site, release: str) -> list[list[str | None]]:
    inventory = site.read(release, INVENTORY_PATH)
    labels = read_inventory(inventory.url, inventory.body)
    state: list[list[str | None]] = []
    for kind in ALL_PAGES:
        location = locate(labels, kind)
        state.append([kind.page, *(_page_state(site, release, kind, location) if location else ())])
    return state


def _page_state(
    site: Site, release: str, kind: PageKind, location: Location
) -> tuple[str | None, ...]:
    """Return what tells a page's state: validators and tables, or all of it if it is no page."""
    try:
        response = site.read(release, location.path)
    except AbsentError:
        if kind in PAGE_KINDS:
            raise
        return ("absent",)
    problem = check_bytes(kind.page, response.url, response.body)
    if problem is not None:
        return problem.rule.name, hashlib.sha256(response.body).hexdigest()
    extracted = extract_page(response.body, encoding_of(response.body))
    page = page_row(release, kind, response, extracted)
    return page.etag, page.last_modified, page.tables_sha256


def is_live(source: str) -> bool:
    """Return whether a `--source` names a site that is asked over the network."""
    return source == "live" or "://" in source


def last_answer(source: str, root: str) -> datetime | None:
    """Return when a live site answered last, or None where the archive has no answer of it.

    Args:
        source: The site, as `--source` names it.
        root: The dataset's folder, which holds the archive.

    Raises:
        SourceError: The archive cannot be read.
    """
    from pipelines.sources.archive import Archive
    from pipelines.sources.choose import archive_folder

    folder = archive_folder(source, root)
    records = Archive(folder).records if folder.is_dir() else ()
    return max((record.captured_at for record in records), default=None)
