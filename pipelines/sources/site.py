"""What a documentation site is to its readers, and a folder that is laid out like one.

This module lists a site's releases and reads one file of a release, with errors that name the
address. Which page is which, and what its bytes mean, lives in `pipelines.pages` and above it;
which site a `--source` names, in `choose`; how much may be read, in `limits`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pipelines.errors import AbsentError, SourceError
from pipelines.files.regular_files import read_regular
from pipelines.releases import in_order, misspelt
from pipelines.sources.addresses import clipped, release_file
from pipelines.sources.limits import MOST_CAPTURE_NOTE_BYTES, MOST_FILE_BYTES, MOST_RELEASES

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLIC_SITE = "https://awsdocs-neuron.readthedocs-hosted.com"
INVENTORY_PATH = "objects.inv"
"""The path of Sphinx's inventory in a release's tree."""


@dataclass(frozen=True, slots=True)
class Response:
    """One file of a site; the HTTP facts are None for a folder.

    `is_whole` is false where the body holds facts of the file, and not the file as its site has it.
    """

    url: str
    body: bytes
    captured_at: datetime | None
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    archive_record: str | None = None
    is_whole: bool = True


@runtime_checkable
class Site(Protocol):
    """A documentation site with one tree a release, under `en/v<release>/`."""

    @property
    def name(self) -> str:
        """What the summary and the dataset call this source."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """Warnings for the person who builds."""
        ...

    @property
    def remarks(self) -> Sequence[str]:
        """Remarks for the person who builds, printed when everything is read."""
        ...

    @property
    def damage(self) -> Sequence[SourceError]:
        """What is lost of the source, in any release; a build then ends with an error."""
        ...

    def releases(self) -> tuple[str, ...]:
        """Return the releases that the site holds, oldest first.

        Raises:
            SourceError: They cannot be listed.
        """
        ...

    def read(self, release: str, path: str) -> Response:
        """Return one file of a release, by its path in the release's tree.

        Raises:
            AbsentError: The release has no such file.
            SourceError: The file cannot be read.
        """
        ...

    def lacks(self, release: str, path: str) -> bool:
        """Return whether the site says that a release has no such file.

        False where it does not say so: it was not asked, or did not answer.
        """
        ...

    def close(self) -> None:
        """Close connections."""
        ...


class QuietSite:
    """Part of a site that has nothing to report but its pages."""

    notices: Sequence[str] = ()
    remarks: Sequence[str] = ()
    damage: Sequence[SourceError] = ()

    def lacks(self, _release: str, _path: str) -> bool:
        """Return false: what is kept of a site is a part of it, and says nothing of the rest."""
        return False


@dataclass(frozen=True)
class FolderSite(QuietSite):
    """A folder laid out like the site: `en/v2.20.0/general/...`, with `objects.inv` in each.

    `capture.json` at its top, where there is one, says when the pages were captured; file times
    do not, since a checkout sets them. It also says whether they are whole; they are unless it says
    `"whole_pages": false`.
    """

    folder: Path
    name: str

    @cached_property
    def _capture(self) -> tuple[datetime | None, bool]:
        """When the pages were captured, and whether they are whole."""
        path = self.folder / "capture.json"
        try:
            note = json.loads(read_regular(path, MOST_CAPTURE_NOTE_BYTES))
            return _capture_time(note), note.get("whole_pages", True) is not False
        except FileNotFoundError:
            return None, True
        except (*_UNREADABLE, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise SourceError(
                f"{path}: cannot be read ({_reason(error)}); it holds "
                '{"captured_at": "<ISO 8601 time>"}'
            ) from error

    @cached_property
    def _names(self) -> tuple[str, ...]:
        tree = self.folder / "en"
        try:
            with os.scandir(tree) as entries:
                return tuple(entry.name[1:] for entry in entries if entry.name.startswith("v"))
        except _UNREADABLE as error:
            raise SourceError(
                f"{tree}: cannot be listed ({_reason(error)}); a source folder is laid out like "
                "the documentation site, with en/v2.20.0/ and so on in it"
            ) from error

    @property
    def notices(self) -> Sequence[str]:  # type: ignore[override]
        """Warnings of folders whose names are nearly those of releases."""
        try:
            warning = misspelt(self._names)
        except SourceError:  # `releases` raises it
            return ()
        return (f"{self.folder}: {warning}",) if warning else ()

    def releases(self) -> tuple[str, ...]:
        """Return the releases that have a folder `en/v*`, oldest first."""
        return checked_count(str(self.folder), in_order(self._names))

    def read(self, release: str, path: str) -> Response:
        """Return a file below `en/v<release>/`.

        Raises:
            AbsentError: There is no such file.
            SourceError: It cannot be read, is not a regular file, is larger than `MOST_FILE_BYTES`,
                or the path leads out of the release's folder.
        """
        url = release_file(PUBLIC_SITE, release, path)
        tree = self.folder / "en" / f"v{release}"
        target = tree / path
        shown = _shown(target)
        try:
            if _leads_out(tree, path):
                raise SourceError(f"{shown} leads out of the release's folder")
            body = read_regular(target, MOST_FILE_BYTES)
        except FileNotFoundError as error:
            raise AbsentError(f"{shown}: cannot be read ({_reason(error)})") from error
        except _UNREADABLE as error:
            raise SourceError(f"{shown}: cannot be read ({_reason(error)})") from error
        captured_at, is_whole = self._capture
        return Response(url, body, captured_at, is_whole=is_whole)

    def close(self) -> None:
        """Nothing is held open."""


# A circle of links is a RuntimeError up to Python 3.12; a text that cannot be a file's name is a
# ValueError.
_UNREADABLE = (OSError, ValueError, RuntimeError)
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
_LONGEST_SHOWN = 400


def checked_count(source: str, releases: tuple[str, ...]) -> tuple[str, ...]:
    """Return a source's releases, unless they are too many.

    Raises:
        SourceError: They are more than `MOST_RELEASES`.
    """
    if len(releases) > MOST_RELEASES:
        raise SourceError(
            f"{source} has {len(releases):,} releases, more than {MOST_RELEASES:,}; "
            "is this the documentation site?"
        )
    return releases


def _leads_out(tree: Path, path: str) -> bool:
    """Return whether a path leads out of a folder, by its own parts or by a link."""
    down = Path(path)
    # Windows has links that `islink` does not count.
    leads_down = os.name == "posix" and not down.is_absolute() and os.pardir not in down.parts
    steps = accumulate((str(tree), *down.parts), lambda above, part: f"{above}/{part}")
    # Where no step is a link, all of them are in the folder: what is above need not be resolved.
    if leads_down and not any(map(os.path.islink, steps)):
        return False
    return not (tree / down).resolve().is_relative_to(tree.resolve())


def _capture_time(note: Any) -> datetime:
    moment = datetime.fromisoformat(note["captured_at"])
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"the year {moment.year}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _shown(path: Path) -> str:
    text = str(path)
    return text if text.isprintable() and len(text) <= _LONGEST_SHOWN else clipped(text)


def _reason(error: BaseException) -> str:
    """Return why something failed, in one short line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:200]


def bundled_site() -> FolderSite:
    """Return the capture that ships inside this package."""
    return FolderSite(Path(str(files("pipelines"))) / "bundled", name="bundled")
