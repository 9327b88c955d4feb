"""The real documentation pages: where they are, and which of their releases are read.

They are no part of this repository. Tests, benchmarks and the script that writes the bundled
capture all find them here, so that the choice of releases is made once: see `RealPages.releases`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.releases import known_releases
from pipelines.sources.site import FolderSite

_BESIDE_US = Path(__file__).resolve().parents[2] / "shared" / "neuron-docs"


def real_pages_folder() -> Path:
    """Return the folder that `NEURON_DOCS` names, or the usual one; it need not exist."""
    return Path(os.environ.get("NEURON_DOCS", _BESIDE_US))


@dataclass(frozen=True)
class RealPages(FolderSite):
    """A folder of real pages, of which only some releases are read."""

    name: str = "real pages"

    def releases(self) -> tuple[str, ...]:
        """Return the releases in the folder that the checked-in list names, oldest first."""
        known = known_releases()
        return tuple(release for release in super().releases() if release in known)
