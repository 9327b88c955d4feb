"""Releases read and made ready to store: here, or ahead, in a process of its own.

This module decides where releases are read; how one is read lives in `read_release`. Importing
Dagster takes about as long as reading all pages of nine releases: side by side, a build takes the
time of one. It knows no Dagster, and imports what reads pages only where they are read.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dagster_project.build.parenthood import end_with_parent
from pipelines.contract import QUALITY_FLAGS, ReleaseTables
from pipelines.errors import (
    ContractError,
    NeuronWarehouseError,
    SourceError,
    UnforeseenError,
)
from pipelines.policy import Policy
from pipelines.sources.site import FolderSite, Site

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from pipelines.ingest import HeldPage
    from warehouse.schema.parquet import Encoded
    from warehouse.versions import Descriptor, Prepared
    from warehouse.versions.cross_release_flags import Flagged

Progress = Callable[[str], object]
"""Called with the name of each release before it is read."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The releases that were read.

    Attributes:
        prepared: The releases that can be stored.
        refused: Why nothing of the others can be stored.
        held_back: The pages that are not among the rows of a prepared release; a release without
            such pages is not in here.
        revised: Flags of published releases that were not read and that these releases change.
        base: The dataset version that the releases were compared with, or None.
    """

    prepared: Mapping[str, Prepared]
    refused: Mapping[str, NeuronWarehouseError]
    held_back: Mapping[str, tuple[HeldPage, ...]]
    revised: tuple[Encoded, ...] = ()
    base: int | None = None


def read_releases(
    site: Site, root: str, releases: Sequence[str], policy: Policy, progress: Progress
) -> ReadResult:
    """Read each release, check it and encode its tables; each is refused or accepted alone.

    An exception that was not foreseen refuses its release too, and asks for a report.
    """
    from dagster_project.build.read_release import read_release
    from warehouse.versions import newest, prepare

    read: dict[str, ReleaseTables] = {}
    prepared: dict[str, Prepared] = {}
    refused: dict[str, NeuronWarehouseError] = {}
    held_back: dict[str, tuple[HeldPage, ...]] = {}
    live = newest(root)
    for release in releases:
        progress(release)
        try:
            ingested = read_release(site, root, release, live, policy)
        except (ContractError, SourceError) as error:
            refused[release] = error
        except Exception as error:  # noqa: BLE001 - one release's fault must not stop the others
            refused[release] = UnforeseenError(f"release {release}", error)
        else:
            read[release] = ingested.tables
            if ingested.held_back:
                held_back[release] = ingested.held_back
    flagged = _beside_one_another(root, read, live)
    for release, tables in flagged.read.items():
        try:
            prepared[release] = prepare(tables, checked=True)
        except ContractError as error:
            refused[release] = error
        except Exception as error:  # noqa: BLE001 - as above
            refused[release] = UnforeseenError(f"release {release}", error)
    kept = {release: pages for release, pages in held_back.items() if release in prepared}
    base = live.version if live else None
    return ReadResult(prepared, refused, kept, flagged.revised, base)


def _beside_one_another(
    root: str, read: Mapping[str, ReleaseTables], live: Descriptor | None
) -> Flagged:
    """Add the flags that only releases beside one another show; no fault of it loses a release."""
    from pipelines.pages.catalog import ALL_PAGES
    from pipelines.quality.pages.failed_step import failed_step_flag
    from warehouse.database.rows_in_file import stored_rows
    from warehouse.versions.cross_release_flags import Flagged, with_cross_release_flags

    try:
        with stored_rows(root, live) as load:
            return with_cross_release_flags(root, read, live, load)
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001 - it is reported
        page, step = ALL_PAGES[0].page, "comparing releases with one another"
        flags = {name: failed_step_flag(name, page, step, error) for name in read}
        flagged = {
            name: tables.with_rows(QUALITY_FLAGS, (*tables.rows[QUALITY_FLAGS.name], flags[name]))
            for name, tables in read.items()
        }
        return Flagged(read=flagged, revised=())


@contextmanager
def reading_ahead(
    site: Site, root: str, releases: Sequence[str], policy: Policy
) -> Iterator[Callable[[Progress], ReadResult] | None]:
    """Begin `read_releases` in another process.

    Only a folder is read so: a live site is asked by one process, which keeps its answers. What
    the other process does not report is read here.

    Yields:
        How to wait for it, or None if no other process was begun.
    """
    # A process is copied with all that it has: safe only while it has no other thread.
    alone = sys.platform == "linux" and threading.active_count() == 1
    if not isinstance(site, FolderSite) or not alone:
        yield None
        return
    # Both processes need it: imported before one becomes two, it is imported once.
    import pyarrow.parquet as pq  # noqa: F401

    read = partial(read_releases, site, root, releases, policy)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    watched, held = context.Pipe(duplex=False)
    # What is there now is never garbage; looking for it would copy the memory that is shared.
    gc.freeze()
    process = context.Process(
        target=_read_and_send,
        args=(sender, read),
        kwargs={"parents_ends": (receiver, held), "watched": watched, "parent": os.getpid()},
    )
    process.start()
    sender.close()
    watched.close()
    try:
        yield lambda progress: _received(receiver, progress) or read(progress)
    finally:
        receiver.close()
        held.close()
        process.kill()
        process.join()


def _read_and_send(
    sender: Connection,
    read: Callable[[Progress], ReadResult],
    *,
    parents_ends: Sequence[Connection],
    watched: Connection,
    parent: int,
) -> None:
    """Send each release's name, then what reading came to; end when the parent process ends."""
    for end in parents_ends:
        end.close()
    end_with_parent(watched, parent)
    gc.disable()
    # Whatever goes wrong here goes wrong again where it is read then, and is reported there.
    with suppress(BaseException):
        sender.send(read(sender.send))


def _received(receiver: Connection, progress: Progress) -> ReadResult | None:
    """Wait for what reading came to; None where the other process ended without a report."""
    with suppress(EOFError, OSError):
        while True:
            message = receiver.recv()
            if isinstance(message, ReadResult):
                return message
            progress(message)
    return None
