"""Where files named by their content are in a root: the only paths that are ever opened or deleted.

This module builds such a path and recognises one: of a Parquet file, or of a document that versions
share. It names the default root, the warehouse file and its companions. Others may have written
descriptors and lock notes, so every path read from them is checked here first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_ROOT = "data"
"""The dataset's folder where none is named."""
ROOT_VARIABLE = "NEURON_WAREHOUSE_ROOT"
"""The environment variable that names another."""
FOLDER = "parquet"
MANIFESTS = "versions/manifests"
"""Holds what the descriptors of a long history share."""
FILE = "warehouse.duckdb"
SIDE_FILES = tuple(f"{FILE}.wal{more}" for more in ("", ".checkpoint", ".recovery"))
"""What a client that writes leaves beside the file. DuckDB replays it over any file of the name."""
CHECKSUM = f"{FILE}.sha256"
"""Shows whether the file is what we wrote; `sha256sum --check` reads it too."""
LAST_BUILD = "warehouse.duckdb.built.json"
"""Notes what the last build read and left, so that the next can see that neither changed."""
PACKAGE = "datapackage.json"
"""Describes the newest version to readers of the Data Package standard."""
_PATH = re.compile(
    rf"{FOLDER}/[a-z][a-z0-9_]*/rel=v\d{{1,9}}\.\d{{1,9}}\.\d{{1,9}}/[0-9a-f]{{16}}\.parquet",
    re.ASCII,
)
_MANIFEST = re.compile(rf"{MANIFESTS}/[0-9a-f]{{16}}\.json", re.ASCII)


def manifest_path(sha256: str) -> str:
    """Return the path of a document that versions share, which is named by its content."""
    return f"{MANIFESTS}/{sha256[:16]}.json"


def data_path(table: str, release: str, sha256: str) -> str:
    """Return the path of a data file, which is named by its content."""
    # Engines that infer types from paths read `rel=2.20` as the number 2.2; the `v` stops them.
    return f"{FOLDER}/{table}/rel=v{release}/{sha256[:16]}.parquet"


def is_data_path(path: str) -> bool:
    """Return whether a path has the form of a data file's."""
    return _PATH.fullmatch(path) is not None


def content_paths(paths: Iterable[str]) -> frozenset[str]:
    """Return those of the paths that have the form of a file's that is named by its content."""
    return frozenset(path for path in paths if is_data_path(path) or _MANIFEST.fullmatch(path))
