"""What is beside the warehouse file: its checksum, and what other programs leave there.

The checksum shows whether the file is what a build wrote, just before it put the file in place. A
side file would change what is read. Who refuses it, reports it or removes it is decided elsewhere.
"""

from __future__ import annotations

import hashlib
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
    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def has_checksum_of(storage: Storage, path: Path) -> bool:
    """Return whether a local file is the warehouse file that the root's checksum is of.

    Raises:
        SourceError: There is no checksum, or one of the two cannot be read.
    """
    with file_errors_named("read", path), open_regular(path) as stream:
        found = checksum(stream)
    return [found, FILE] == storage.read(CHECKSUM).decode(errors="replace").split()


def side_files(storage: Storage) -> tuple[str, ...]:
    """Return the names of the side files that exist, whatever they are: files, links or folders."""
    there = storage.names("")
    return tuple(side for side in SIDE_FILES if side in there)
