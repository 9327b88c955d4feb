"""The one way to the dataset's root: read, write once, claim, list, delete.

Here belongs choosing what a root stands on, by its name. What every root promises stands in
`promises`; those that keep it are `local_folder` and `object_store`.
"""

from __future__ import annotations

from pathlib import Path

from warehouse.storage.local_folder import LocalFolder
from warehouse.storage.promises import SCHEME, Storage, Writer, Written

__all__ = ["Storage", "Writer", "Written", "open_root"]


def open_root(root: str | Path | Storage) -> Storage:
    """Give the storage of a root; one that is a storage already is given back."""
    if not isinstance(root, str | Path):
        return root
    if not str(root).startswith(SCHEME):
        return LocalFolder(Path(root))
    from warehouse.storage.object_store import open_store  # noqa: PLC0415 - a folder needs none of it

    return open_store(str(root))
