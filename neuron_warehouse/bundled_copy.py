"""Which dataset is read where none is named, and the copy of the bundled capture in the cache.

This module finds the dataset and starts the build of the copy, as a process of its own: a build
imports Dagster and changes settings of its process. Imports nothing slow.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from warehouse.storage.data_paths import DEFAULT_ROOT, FILE, ROOT_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = "neuron-warehouse"
_PACKAGES = ("pipelines", "warehouse", "dagster_project")
"""What a build is made of: the capture, and the code that reads it."""


def reading_root() -> str:
    """Return the dataset to read where none is named.

    It is NEURON_WAREHOUSE_ROOT; or `data`, if there is a dataset in it; or the copy of the bundled
    capture, which is built the first time. Standard error says so when it is the copy.

    Raises:
        SourceError: The copy cannot be built.
    """
    root = _own_root()
    if root:
        return root
    folder = _copy()
    if (folder / FILE).exists():
        _say(f"there is no dataset in {DEFAULT_ROOT}; reading the bundled capture, from {folder}")
    else:
        _say(
            f"there is no dataset in {DEFAULT_ROOT}; building the bundled capture into {folder}, "
            "once; it takes some seconds"
        )
        _build(folder)
    return str(folder)


def existing_root() -> str | None:
    """Return what `reading_root` does, without a word; None where it would build the copy."""
    root = _own_root()
    if root:
        return root
    folder = _copy()
    return str(folder) if (folder / FILE).exists() else None


def _own_root() -> str | None:
    """Return the dataset that is named or found here."""
    named = os.environ.get(ROOT_VARIABLE)
    if named:
        return named
    is_here = Path(DEFAULT_ROOT, FILE).exists() or Path(DEFAULT_ROOT, "versions").exists()
    return DEFAULT_ROOT if is_here else None


def _copy() -> Path:
    """Return the folder of the copy that this package would build."""
    return _cache_folder() / _state_of_package()


def _say(text: str) -> None:
    from warehouse.visible import visible

    print(f"{_NAME}: {visible(text)}", file=sys.stderr)  # noqa: T201 - to the person who asks


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path(_NAME, appauthor=False)


def _state_of_package() -> str:
    """Return a name for what is installed: another capture, or other code, is another copy."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for path in _files(package):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _files(package: str) -> Iterator[Path]:
    found = find_spec(package)
    folder = Path(str(found.origin if found else "")).parent
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _build(folder: Path) -> None:
    """Build the bundled capture into a folder; two that do it at once end with one dataset."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SourceError(
            f"cannot make the cache folder {folder}: {error.strerror}; name a dataset with --root, "
            f"or in {ROOT_VARIABLE}"
        ) from error
    # No setting of the user's own builds counts: not what they announce, watch or keep.
    own = ("NEURON_WAREHOUSE_", "DAGSTER_")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    command = (sys.executable, "-m", "dagster_project", "build", "--source", "bundled")
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "--root", str(folder)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode or not (folder / FILE).exists():
        raise SourceError(
            f"the bundled capture could not be built into {folder} (exit code {done.returncode}); "
            "delete the folder and try again, or name a dataset with --root"
        )
