"""Lists of the files that the repository of the documentation has at a release's tag.

This module reads such a list, which a person made: `git ls-tree -r --name-only v2.20.2` in a clone
of the repository writes one. With it, a link to a script is judged without asking anybody.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import SourceError
from pipelines.files.regular_files import read_regular
from pipelines.sources.limits import MOST_FILE_BYTES


def listed_files(folder: str, release: str) -> frozenset[str] | None:
    """Return the paths of a release's files, or None where there is no list of them.

    Args:
        folder: The folder of the lists, `v2.20.2.txt` and so on, a path a line; empty for none.
        release: The release.

    Raises:
        SourceError: The list cannot be read.
    """
    path = Path(folder) / f"v{release}.txt"
    if not folder:
        return None
    try:
        text = read_regular(path, MOST_FILE_BYTES).decode()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(
            f"{path}: cannot be read ({reason}); write it with "
            f"`git ls-tree -r --name-only v{release}`"
        ) from error
    return frozenset(line for line in map(str.strip, text.splitlines()) if line)
