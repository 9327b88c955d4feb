"""What a documentation site is to whoever reads it, and a folder that is laid out like one.

Here belong listing a site's releases and reading one file of a release, with errors that name the
address. What the bytes mean, and which page is which, stands elsewhere; which site a `--source`
names, in `sources`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pipelines.errors import AbsentError, SourceError
from pipelines.releases import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLIC_SITE = "https://awsdocs-neuron.readthedocs-hosted.com"


@dataclass(frozen=True, slots=True)
class Response:
    """One file as the site gave it; the HTTP facts are None for a folder."""

    url: str
    body: bytes
    captured_at: datetime | None
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    archive_record: str | None = None


@runtime_checkable
class Site(Protocol):
    """A documentation site with one tree a release, under `en/v<release>/`."""

    @property
    def name(self) -> str:
        """What the summary and the dataset call this source."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """What a person must be warned of."""
        ...

    @property
    def remarks(self) -> Sequence[str]:
        """What a person is told when all is read."""
        ...

    def releases(self) -> tuple[str, ...]:
        """List the releases that the site holds, oldest first. Raises `SourceError`."""
        ...

    def read(self, release: str, path: str) -> Response:
        """Read one file of a release, by its path in the release's tree. Raises `SourceError`."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class QuietSite:
    """Part of a site that has nothing to tell but its pages."""

    notices: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FolderSite(QuietSite):
    """A folder laid out like the site: `en/v2.20.0/general/...`, with `objects.inv` in each.

    `capture.json` at its top, where there is one, tells when the pages were captured; file times
    do not, since a checkout sets them.
    """

    folder: Path
    name: str

    @cached_property
    def _captured_at(self) -> datetime | None:
        path = self.folder / "capture.json"
        if not path.is_file():
            return None
        try:
            text = json.loads(path.read_text(encoding="utf-8"))["captured_at"]
            return datetime.fromisoformat(text).astimezone(UTC)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SourceError(
                f'{path}: cannot be read ({error}); it holds {{"captured_at": "<ISO 8601 time>"}}'
            ) from error

    def releases(self) -> tuple[str, ...]:
        """List the folders `en/v*` that are named like releases."""
        tree = self.folder / "en"
        try:
            names = [entry.name[1:] for entry in tree.iterdir() if entry.name.startswith("v")]
        except OSError as error:
            raise SourceError(
                f"{tree}: cannot be listed ({error.strerror}); a source folder is laid out like "
                "the documentation site, with en/v2.20.0/ and so on in it"
            ) from error
        return in_order(names)

    def read(self, release: str, path: str) -> Response:
        """Read a file below `en/v<release>/`; a path that leaves that folder is refused."""
        tree = self.folder / "en" / f"v{release}"
        target = tree / path
        if "\0" in path or not target.resolve().is_relative_to(tree.resolve()):
            raise SourceError(f"{path!r} of release {release} leads out of the release's folder")
        try:
            body = target.read_bytes()
        except FileNotFoundError as error:
            raise AbsentError(f"{target}: cannot be read ({error.strerror})") from error
        except OSError as error:
            raise SourceError(f"{target}: cannot be read ({error.strerror})") from error
        return Response(f"{PUBLIC_SITE}/en/v{release}/{path}", body, self._captured_at)

    def close(self) -> None:
        """Nothing is held open."""


def bundled_site() -> FolderSite:
    """Return the capture that ships inside this package."""
    return FolderSite(Path(str(files("pipelines"))) / "bundled", name="bundled")
