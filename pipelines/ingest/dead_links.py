"""Which links of a release's rows lead nowhere, as its own site or a list of files says.

This module decides which links a site is asked for. Put what a build may ask beside pages here; how
a site is asked lives in `pipelines.sources`, and what is said of a dead link in
`pipelines.quality.rows.dead_script`.

A link to another site is never followed: we read the documentation and nobody else's server. A page
that the inventory lists is there, so that on a sound release nothing is asked. An inventory that
lists no page says nothing of any.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pipelines.quality.rows.dead_script import missing_from
from pipelines.sources.addresses import release_root
from pipelines.sources.site import PUBLIC_SITE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pipelines.sources.site import Site


def dead_links(
    site: Site, release: str, listed: Collection[str], files: Collection[str] | None = None
) -> Callable[[str], bool]:
    """Return whether the site answers that it lacks an address, or a list of files lacks it.

    Args:
        site: The documentation site, or a mirror of it.
        release: The release.
        listed: The paths of the pages that its inventory lists.
        files: The paths of the repository's files at the release's tag; None where nobody says.
    """
    is_missing = missing_from(release, files) if files else None
    # Rows have the addresses of the public site, wherever their page was read.
    tree = release_root(PUBLIC_SITE, release)

    @cache
    def is_absent(path: str) -> bool:
        return site.lacks(release, path)

    def is_dead(address: str) -> bool:
        if is_missing is not None and is_missing(address):
            return True
        path = address.removeprefix(tree).partition("#")[0].partition("?")[0]
        if not (listed and address.startswith(tree) and path) or unquote(path) in listed:
            return False
        return is_absent(path)

    return is_dead
