"""What is beside the warehouse file: its checksum, and what other programs leave there.

The checksum shows whether the file is what a build wrote. It is written just before the file is put
in place, so it also names the file before: a build that was killed in between has left that one. A
side file would change what is read. Who refuses it, reports it or removes it is decided elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.files.regular_files import open_regular
from warehouse.storage.data_paths import CHECKSUM, FILE, SIDE_FILES
from warehouse.storage.local_errors import file_errors_named

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from warehouse.storage.protocol import Storage


def checksum(stream: BinaryIO) -> str:
    """Return the checksum of a file, as `sha256sum` would."""
    import hashlib  # it loads OpenSSL, which takes longer than to open the file that is read

    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def copied_checksum(source: Path, target: Path) -> str:
    """Copy a file; return the checksum of the bytes that were written.

    Raises:
        OSError: The file cannot be read, or the copy cannot be written.
    """
    import hashlib

    digest = hashlib.sha256()
    whole = memoryview(bytearray(_BLOCK))
    with open_regular(source) as stream, target.open("wb") as copy:
        while length := stream.readinto(whole):
            digest.update(whole[:length])
            copy.write(whole[:length])
    return digest.hexdigest()


_BLOCK = 2**17
"""Bytes: with a mebibyte at once, Linux looks for large pages, which can take twice as long."""


def noted_checksums(storage: Storage) -> tuple[str, ...]:
    """Return the checksums that the warehouse file may have: of the one last made, and before it.

    Raises:
        SourceError: There is no note of them, or it cannot be read.
    """
    lines = storage.read(CHECKSUM).decode(errors="replace").splitlines()[:2]
    ends = zip(lines, (f"  {FILE}", ""), ("", _BEFORE), strict=False)
    return tuple(
        line.removesuffix(end).removeprefix(start)
        for line, end, start in ends
        if line.endswith(end) and line.startswith(start)
    )


def checksum_note(new: str, before: str | None) -> bytes:
    """Return what is noted of a file that is about to be put in place of another.

    Args:
        new: Its checksum.
        before: The checksum of the file that it replaces, if there is one.
    """
    also = f"{_BEFORE}{before}\n" if before and before != new else ""
    return f"{new}  {FILE}\n{also}".encode()


# `sha256sum --check` passes over a line that begins so.
_BEFORE = "# before it: "


def is_what_was_written(storage: Storage, path: Path) -> bool:
    """Return whether a local file matches the root's checksum; True if there is no checksum.

    Raises:
        SourceError: One of the two cannot be read.
    """
    return storage.size(CHECKSUM) is None or has_checksum_of(storage, path)


def is_there_whole(storage: Storage) -> bool:
    """Return whether the warehouse file is on this machine, alone, and what a build wrote.

    Raises:
        SourceError: It cannot be read.
    """
    if not storage.near or None in storage.sizes([FILE, CHECKSUM]).values() or side_files(storage):
        return False
    with storage.local([FILE]) as (path,):
        return has_checksum_of(storage, path)


def has_checksum_of(storage: Storage, path: Path) -> bool:
    """Return whether a local file is a warehouse file that the root's checksum is of.

    Raises:
        SourceError: There is no checksum, or one of the two cannot be read.
    """
    with file_errors_named("read", path), open_regular(path) as stream:
        found = checksum(stream)
    return found in noted_checksums(storage)


def side_files(storage: Storage) -> tuple[str, ...]:
    """Return the names of the side files that exist, whatever they are: files, links or folders."""
    there = storage.names("")
    return tuple(side for side in SIDE_FILES if side in there)
