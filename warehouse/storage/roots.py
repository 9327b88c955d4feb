"""Opening the dataset's root: a folder or an object store.

This module chooses by the root's name. The protocol lives in `protocol`; the implementations, in
`local` and `s3`.
"""

from __future__ import annotations

from pathlib import Path

from warehouse.storage.local import LocalFolder
from warehouse.storage.protocol import SCHEME, Storage, Writer, Written

__all__ = ["Storage", "Writer", "Written", "open_root"]


def open_root(root: str | Path | Storage) -> Storage:
    """Return the storage of a root.

    Args:
        root: A folder, `s3://bucket/prefix`, or a storage, which is returned unchanged.

    Raises:
        UsageError: The name of a bucket is missing, or the extra `s3` is not installed.
    """
    if not isinstance(root, str | Path):
        return root
    if not str(root).startswith(SCHEME):
        return LocalFolder(Path(root))
    from warehouse.storage.s3 import open_store

    return open_store(str(root))
