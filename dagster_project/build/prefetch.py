"""Releases read and made ready to store: here, or ahead, in a process of its own.

Here belongs where releases are read; how one is stands in `read_release`. Importing Dagster takes
about as long as reading all pages of nine releases: side by side, a build takes the time of one.
It knows no Dagster, and imports what reads pages only where they are read.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipelines.contract import ReleaseTables
from pipelines.errors import ContractError, NeuronWarehouseError, SourceError
from pipelines.policy import Policy
from pipelines.sources.site import FolderSite, Site

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from warehouse.versions import Prepared

Progress = Callable[[str], object]
"""Hears the name of each release before it is read."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What reading came to, by release: what can be stored, and why the others cannot."""

    prepared: Mapping[str, Prepared]
    refused: Mapping[str, NeuronWarehouseError]


def read_releases(
    site: Site, root: str, releases: Sequence[str], policy: Policy, tell: Progress
) -> ReadResult:
    """Read each release, check it and encode its tables; each stands or falls alone.

    An error of the dataset's own folder, with which releases are compared, is raised.
    """
    from dagster_project.build.read_release import read_release
    from warehouse.packages.cross_release_flags import with_package_list_flags
    from warehouse.versions import newest, prepare

    read: dict[str, ReleaseTables] = {}
    prepared: dict[str, Prepared] = {}
    refused: dict[str, NeuronWarehouseError] = {}
    live = newest(root)
    for release in releases:
        tell(release)
        try:
            read[release] = read_release(site, root, release, live, policy)
        except (ContractError, SourceError) as error:
            refused[release] = error
    for release, tables in with_package_list_flags(root, read, live).items():
        try:
            prepared[release] = prepare(tables, checked=True)
        except ContractError as error:
            refused[release] = error
    return ReadResult(prepared, refused)


@contextmanager
def reading_ahead(
    site: Site, root: str, releases: Sequence[str], policy: Policy
) -> Iterator[Callable[[Progress], ReadResult] | None]:
    """Begin `read_releases` in another process; give how to wait for it, or None if it is not.

    Only a folder is read so: a live site is asked by one process, which keeps its answers. What
    the other process cannot tell is read here.
    """
    # A process is copied as it stands: safe only while it has no other thread.
    alone = sys.platform == "linux" and threading.active_count() == 1
    if not isinstance(site, FolderSite) or not alone:
        yield None
        return
    read = partial(read_releases, site, root, releases, policy)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    # What is there now is never garbage; looking for it would copy the memory that is shared.
    gc.freeze()
    process = context.Process(target=_read_and_send, args=(receiver, sender, read))
    process.start()
    sender.close()
    try:
        yield lambda tell: _received(receiver, tell) or read(tell)
    finally:
        receiver.close()
        process.terminate()
        process.join()


def _read_and_send(
    receiver: Connection, sender: Connection, read: Callable[[Progress], ReadResult]
) -> None:
    """Send each release's name, then what reading came to; ends when nobody receives it."""
    receiver.close()
    gc.disable()
    # Whatever goes wrong here goes wrong again where it is read then, and is told there.
    with suppress(BaseException):
        sender.send(read(sender.send))


def _received(receiver: Connection, tell: Progress) -> ReadResult | None:
    """Wait for what reading came to; None where the other process ended without telling."""
    with suppress(EOFError, OSError):
        while True:
            message = receiver.recv()
            if isinstance(message, ReadResult):
                return message
            tell(message)
    return None
