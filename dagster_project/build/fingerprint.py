"""What state the documentation of a release is in, told without publishing anything.

This module observes a site. It knows no Dagster, as `publishing` does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

from pipelines.errors import AbsentError, SourceError
from pipelines.extract import extract_page
from pipelines.pages.catalog import ALL_PAGES, PAGE_KINDS, PageKind
from pipelines.pages.inventory import INVENTORY_PATH, Location, locate, read_inventory
from pipelines.pages.page_checks import check_bytes, encoding_of
from pipelines.pages.published import page_row
from pipelines.releases import minor_of
from pipelines.sources.site import Site


def observed_releases(
    wanted: str, available: Sequence[str], known: Sequence[str]
) -> tuple[str, ...]:
    """Choose what to observe: all known releases, or with `newest` those of the newest minor."""
    there = [release for release in available if release in known]
    if wanted != "newest" or not there:
        return tuple(there)
    return tuple(release for release in there if minor_of(release) == minor_of(there[-1]))


def observe(
    site: Site, releases: Sequence[str], *, tell: Callable[[str], object]
) -> Mapping[str, str]:
    """Return each release's data version; one that cannot be read is told of and left out."""
    seen = {}
    for release in releases:
        try:
            seen[release] = _data_version(site, release)
        except SourceError as error:
            tell(str(error))
    return seen


def _data_version(site: Site, release: str) -> str:
    inventory = site.read(release, INVENTORY_PATH)
    labels = read_inventory(inventory.url, inventory.body)
    state = []
    for kind in ALL_PAGES:
        location = locate(labels, kind)
        state.append([kind.page, *(_page_state(site, release, kind, location) if location else ())])
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]


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
