"""The site as a value: every file with its bytes.

This module puts the files together; each is made in another module of this room. One dataset
version always gives the same bytes. Writing them lives in `write_site`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.database.open_version import open_warehouse
from warehouse.publication.api import LISTS, ROOT, api
from warehouse.publication.credits import citation, licence
from warehouse.publication.croissant import croissant
from warehouse.publication.datapackage import data_package
from warehouse.publication.documents import rows_of
from warehouse.publication.events import read_events
from warehouse.publication.feeds import ATOM, JSON_FEED, atom, json_feed
from warehouse.publication.neighbours import compare_neighbours
from warehouse.publication.openapi import openapi
from warehouse.publication.sheets import read_sheets
from warehouse.report.data import Opening, report_data
from warehouse.report.page import page
from warehouse.versions.listing import read_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from warehouse.publication.sheets import Sheet
    from warehouse.storage.roots import Storage
    from warehouse.versions.descriptor import Descriptor

INDEX = "index.html"
OPENAPI = f"{ROOT}/openapi.json"
CURRENT = ("data/latest", "api")
"""The folders whose files all belong to the version shown; those of older ones are removed."""


@dataclass(frozen=True, slots=True)
class StaticSite:
    """A site: the version that it shows, and its files by path.

    Attributes:
        version: The number of the dataset version.
        kept: Files of this version, which stay when a newer one is published.
        current: Files that the next version replaces, but for those below.
        lists: What names files of the API: its lists and its description.
        entry: Where readers start: the page, the descriptors and the feeds.
    """

    version: int
    kept: Mapping[str, bytes]
    current: Mapping[str, bytes]
    lists: Mapping[str, bytes]
    entry: Mapping[str, bytes]

    @property
    def stages(self) -> tuple[Mapping[str, bytes], ...]:
        """The files in the order in which they must be written: what names others comes after them.

        Whatever cuts a publication off, nothing leads to a file that is not there.
        """
        page = {INDEX: self.entry[INDEX]}
        others = {path: content for path, content in self.entry.items() if path != INDEX}
        return self.kept, self.current, self.lists, others, page


def make_site(storage: Storage, address: str) -> StaticSite:
    """Return the site of the newest version.

    Args:
        storage: The dataset's root.
        address: Where the site will be, with a slash at its end; empty if it is unknown.

    Raises:
        SourceError: There is no warehouse, or a file of it is missing or damaged.
    """
    with open_warehouse(storage) as connection:
        # Sums of floating-point numbers depend on their order, which threads change.
        connection.execute("SET threads = 1")
        ((version,),) = connection.execute("SELECT version FROM dataset").fetchall()
        descriptor = read_version(storage, version)
        return _site(storage, connection, descriptor, address)


def _site(
    storage: Storage,
    connection: duckdb.DuckDBPyConnection,
    descriptor: Descriptor,
    address: str,
) -> StaticSite:
    shown = page(report_data(connection, Opening())).encode()
    sheets = read_sheets(storage, descriptor, connection)
    releases = rows_of(connection, "FROM releases ORDER BY release_order")
    compared = compare_neighbours(connection, releases)
    events = read_events(connection, releases, compared)
    answers = api(connection, descriptor, releases, compared)
    folder = f"data/v{descriptor.version}/"
    return StaticSite(
        version=descriptor.version,
        kept={
            **_tables(sheets, folder),
            f"{folder}datapackage.json": data_package(descriptor, sheets, ""),
            f"{folder}LICENSE.txt": licence(),
        },
        current={
            **_tables(sheets, "data/latest/"),
            **{path: content for path, content in answers.items() if path not in LISTS},
        },
        lists={
            **{path: answers[path] for path in LISTS},
            OPENAPI: openapi(compared, _examples(releases[-1]["release"], sheets, answers)),
        },
        entry={
            "LICENSE.txt": licence(),
            "CITATION.cff": citation(descriptor, address),
            "datapackage.json": data_package(descriptor, sheets, "data/latest/"),
            "croissant.json": croissant(descriptor, sheets, folder, address),
            ATOM: atom(events, address),
            JSON_FEED: json_feed(events, address),
            INDEX: shown,
        },
    )


def _tables(sheets: Sequence[Sheet], folder: str) -> dict[str, bytes]:
    return {
        f"{folder}{sheet.name}.{form}": content
        for sheet in sheets
        for form, content in sheet.files.items()
    }


def _examples(
    release: str, sheets: Sequence[Sheet], answers: Mapping[str, bytes]
) -> dict[str, str]:
    """Return values of the API's parameters that exist."""
    start = f"{ROOT}/models/"
    models = (path.removeprefix(start) for path in answers if path.startswith(start))
    first = next(models, "model").removesuffix(".json")
    return {"release": release, "model": first, "table": sheets[0].name}
