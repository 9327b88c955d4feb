"""The one way to the dataset's root: read, write once, claim, list, delete.

Here belongs choosing what a root stands on, by its name. What every root promises stands in
`promises`; those that keep it are `local` and `s3`.
"""

from __future__ import annotations

from pathlib import Path

from warehouse.storage.local import LocalFolder
from warehouse.storage.protocol import SCHEME, Storage, Writer, Written

__all__ = ["Storage", "Writer", "Written", "open_root"]


def open_root(root: str | Path | Storage) -> Storage:
    """Return the storage of a root; one that is a storage already is given back."""
    if not isinstance(root, str | Path):
        return root
    if not str(root).startswith(SCHEME):
        return LocalFolder(Path(root))
    from warehouse.storage.s3 import open_store

    return open_store(str(root))
