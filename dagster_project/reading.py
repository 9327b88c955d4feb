"""How releases are read: here, or ahead, in a process of its own while this one does other things.

Here belongs that process and nothing of what it reads. Importing Dagster takes about as long as
reading all pages of nine releases; side by side, a build takes the time of one. It knows no
Dagster, and its own imports are those of a process that only receives.
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from pipelines.contract import ReleaseTables
from pipelines.errors import ContractError, SourceError
from pipelines.leniency import Leniency
from pipelines.sites import FolderSite, Site

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from warehouse.versions import Descriptor

Reader = Callable[[str], ReleaseTables]
"""Gives a release; raises `SourceError` or `ContractError` where it must not be published."""


def reading_here(site: Site, root: str, live: Descriptor | None, leniency: Leniency) -> Reader:
    """Give how to read releases in this process; `live` is what each is compared with."""
    from dagster_project.capturing import read_release  # noqa: PLC0415 - brings what reads HTML

    return lambda release: read_release(site, root, release, live, leniency)


@contextmanager
def reading_ahead(
    site: Site, root: str, releases: Sequence[str], leniency: Leniency
) -> Iterator[Reader | None]:
    """Begin to read these releases; give how to get each, or null where nothing is read ahead.

    Only a folder is read so: a live site is asked by one process, which keeps its answers. What
    the other process cannot tell, the reader reads itself.
    """
    # A process is copied as it stands: safe only while it has no other thread.
    alone = sys.platform == "linux" and threading.active_count() == 1
    if not isinstance(site, FolderSite) or not alone:
        yield None
        return
    read_all = partial(_read_all, site, root, leniency)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    # What is there now is never garbage; looking for it would copy the memory that is shared.
    gc.freeze()
    process = context.Process(target=_send_all, args=(receiver, sender, read_all, releases))
    process.start()
    sender.close()
    try:
        yield lambda release: _received(receiver, release) or read_all()(release)
    finally:
        receiver.close()
        process.terminate()
        process.join()


def _read_all(site: Site, root: str, leniency: Leniency) -> Reader:
    from warehouse.versions import newest  # noqa: PLC0415 - the other process pays for it

    return reading_here(site, root, newest(root), leniency)


def _send_all(
    receiver: Connection,
    sender: Connection,
    read_all: Callable[[], Reader],
    releases: Sequence[str],
) -> None:
    """Read each release and send what came of it; ends when nobody is there to receive it."""
    receiver.close()
    gc.disable()
    # Whatever else goes wrong here goes wrong again where it is read then, and is told there.
    with suppress(BaseException), ThreadPoolExecutor(1) as post:
        read = read_all()
        for release in releases:
            came: ReleaseTables | Exception
            try:
                came = read(release)
            except (ContractError, SourceError) as error:
                came = error
            # A pipe holds little: sending waits until the other side has time to receive.
            post.submit(sender.send_bytes, pickle.dumps((release, came)))


def _received(receiver: Connection, wanted: str) -> ReleaseTables | None:
    """Wait for a release; null where what comes is another, or nothing any more."""
    try:
        release, came = pickle.loads(receiver.recv_bytes())  # noqa: S301 - our own process sent it
    except (EOFError, OSError):
        return None
    if isinstance(came, Exception):
        raise came
    return came if release == wanted else None
