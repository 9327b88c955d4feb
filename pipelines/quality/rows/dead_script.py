"""The script that a row links to does not exist.

A build from a live site asks that site for a script or tutorial below the release that the
inventory does not list, and flags it where the answer is 404. Scripts in the repository are not
asked for: `build --file-lists FOLDER` judges them by `v2.20.2.txt` and so on in that folder, lists
of the repository's files at each release's tag. An address outside the release's own tree is never
judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.quality.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import ReleaseView

RULE = Rule("dead-script", ("warning",), __doc__)
_IN_TREE = re.compile(r"/aws-neuron-sdk/(?:blob|tree)/v(?P<release>[\d.]+)/(?P<path>[^?#]+)")


def dead_script_flags(view: ReleaseView, is_dead: Callable[[str], bool]) -> Iterator[QualityFlag]:
    """Yield a flag for each row and script that does not exist.

    Args:
        view: The release.
        is_dead: Whether an address is known to lead nowhere.
    """
    for row in view.rows:
        for address in dict.fromkeys(row.benchmark.scripts):
            if is_dead(address):
                yield row.flag(
                    RULE,
                    f"its script {address} does not exist.",
                    observed=address,
                    expected="a script that exists",
                )


def missing_from(release: str, files: Collection[str]) -> Callable[[str], bool]:
    """Return whether an address is in a release's tree and not in the list of its files.

    Args:
        release: The release.
        files: The paths of all files of the repository at the release's tag.
    """
    folders = {
        path.rsplit("/", count)[0] for path in files for count in range(1, path.count("/") + 1)
    }

    def is_dead(address: str) -> bool:
        found = _IN_TREE.search(address)
        if not found or found["release"] != release:
            return False
        path = found["path"].rstrip("/")
        return path not in files and path not in folders

    return is_dead
