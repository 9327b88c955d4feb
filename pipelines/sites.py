"""Where pages come from: a folder laid out like the documentation site, or an http(s) address.

Here belong listing a site's releases and reading one file of a release, with errors that name the
address. What the bytes mean, and which page is which, stands elsewhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import urlsplit

from pipelines.errors import AbsentError, SourceError
from pipelines.releases import is_release, release_order

if TYPE_CHECKING:
    import httpx

PUBLIC_SITE = "https://awsdocs-neuron.readthedocs-hosted.com"
USER_AGENT = "neuron-warehouse/0.1 (dataset of published benchmark tables)"
_RELEASE_ROOT = re.compile(r"/en/v(\d+\.\d+\.\d+)/?$", re.ASCII)
_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Response:
    """One file as the site gave it; the HTTP facts are null for a folder."""

    url: str
    body: bytes
    captured_at: datetime | None
    http_status: int | None = None
    etag: str | None = None
    last_modified: str | None = None


@runtime_checkable
class Site(Protocol):
    """A documentation site with one tree a release, under `en/v<release>/`."""

    @property
    def name(self) -> str:
        """What the summary and the dataset call this source."""
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


@dataclass(frozen=True)
class FolderSite:
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
        return _in_order(names)

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


class HttpSite:
    """An address that serves the site; releases are listed by its `sitemap.xml`."""

    def __init__(self, address: str, timeout: float = _TIMEOUT_SECONDS) -> None:
        self.name = address.rstrip("/")
        self._timeout = timeout

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx  # noqa: PLC0415 - a folder source does not pay for it

        return httpx.Client(
            timeout=self._timeout,
            headers={"User-Agent": USER_AGENT},
            follow_redirects=False,
        )

    def releases(self) -> tuple[str, ...]:
        """List the releases that the sitemap names."""
        from lxml import etree  # noqa: PLC0415 - only needed here

        response = self._get("sitemap.xml")
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            root = etree.fromstring(response.body, parser)
        except etree.XMLSyntaxError as error:
            raise SourceError(f"{response.url}: is no XML ({error}); is it a sitemap?") from error
        locations = (element.text or "" for element in root.iter("{*}loc"))
        matches = (_RELEASE_ROOT.search(urlsplit(text.strip()).path) for text in locations)
        return _in_order([match[1] for match in matches if match])

    def read(self, release: str, path: str) -> Response:
        """GET a file below `/en/v<release>/`; anything but 200 is an error."""
        return self._get(f"en/v{release}/{path}")

    def close(self) -> None:
        """Close the connections."""
        if "_client" in self.__dict__:
            self._client.close()

    def _get(self, path: str) -> Response:
        import httpx  # noqa: PLC0415 - see _client

        url = f"{self.name}/{path}"
        try:
            answer = self._client.get(url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise SourceError(f"{url}: no answer ({reason}); is the address right?") from error
        if answer.status_code != httpx.codes.OK:
            kind = AbsentError if answer.status_code == httpx.codes.NOT_FOUND else SourceError
            raise kind(f"{url}: answered {answer.status_code} {answer.reason_phrase}, expected 200")
        return Response(
            url=url,
            body=answer.content,
            captured_at=datetime.now(UTC).replace(microsecond=0),
            http_status=answer.status_code,
            etag=answer.headers.get("ETag"),
            last_modified=answer.headers.get("Last-Modified"),
        )


def bundled_site() -> FolderSite:
    """Give the capture that ships inside this package."""
    return FolderSite(Path(str(files("pipelines"))) / "bundled", name="bundled")


def open_site(source: str) -> Site:
    """Give the site that a `--source` names: `bundled`, an http(s) address or a folder."""
    if source == "bundled":
        return bundled_site()
    if source.startswith(("http://", "https://")):
        return HttpSite(source)
    folder = Path(source)
    if not folder.is_dir():
        raise SourceError(
            f"{source}: is no folder; --source takes `bundled`, an http(s) address, or a folder "
            "laid out like the documentation site"
        )
    return FolderSite(folder, name=source)


def _in_order(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if is_release(name)}, key=release_order))
