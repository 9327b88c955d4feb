"""Writing the site to a folder or an object store.

This module holds the order of steps that makes it safe: write the files in the site's stages, then
remove what older versions had. Each file is written whole or not at all, and a file that is there
with the same bytes is not written. What the files hold, and their order, lives in `static_site`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import UsageError
from warehouse.publication.static_site import CURRENT, INDEX, OPENAPI, make_site
from warehouse.storage.roots import Storage, open_root

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.publication.static_site import StaticSite


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did.

    Attributes:
        version: The dataset version that the site shows.
        index: The page, as its reader opens it.
        written: Paths of files that are new or changed.
        removed: Paths of files of older versions that this one does not have.
        unchanged: How many files were there already.
    """

    version: int
    index: str
    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


def publish_site(
    root: str | Path | Storage, target: str | Path | Storage, *, address: str = ""
) -> Publication:
    """Write the newest version of a dataset as a static site.

    Args:
        root: The dataset's root.
        target: The folder or object store of the site; a folder is made if it does not exist.
        address: Where people will open the site, for links in feeds and descriptions.

    Raises:
        UsageError: The target holds other files, or the address is not one of the web.
        SourceError: The dataset cannot be read, or the target cannot be written.
    """
    place = open_root(target)
    _reject_other_files(place)
    site = make_site(open_root(root), _checked(address))
    written: list[str] = []
    # A publication that was killed leaves staged files; those in their place are overwritten.
    place.tidy(frozenset)
    with place.writing() as writer:
        for stage in site.stages:
            done = writer.write_once(stage)
            written += sorted((*done.new, *done.repaired))
        removed = _left_over(place, site)
        writer.delete(removed)
    count = sum(map(len, site.stages))
    return Publication(
        site.version, place.describe(INDEX), tuple(written), removed, count - len(written)
    )


def _left_over(place: Storage, site: StaticSite) -> tuple[str, ...]:
    found = {path for folder in CURRENT for path in place.below(folder)}
    return tuple(sorted(found - site.current.keys() - site.lists.keys()))


def _checked(address: str) -> str:
    """Return an address with a slash at its end."""
    if address and not address.startswith(("https://", "http://")):
        raise UsageError(f"the site's address must start with https:// or http://, got {address!r}")
    return f"{address.rstrip('/')}/" if address else ""


_OURS = frozenset(("api", "data"))


def _reject_other_files(place: Storage) -> None:
    """Reject a folder with other files, unless a site of ours is there already.

    The site overwrites files such as `index.html`, and removes some. A first publication that was
    cut off has left folders of ours alone, since the entry comes last.
    """
    names = [name for name in place.names("") if not name.startswith(".")]
    if set(names) <= _OURS or place.size(OPENAPI) is not None:
        return
    raise UsageError(
        f"{place.describe()} holds other files (such as {min(set(names) - _OURS)!r}); "
        "choose an empty folder for the site"
    )
