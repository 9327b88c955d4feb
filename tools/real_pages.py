"""The real documentation pages: where they are.

They are not part of this repository. Tests, benchmarks and the script that writes the bundled
capture all find them here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.sources.site import FolderSite

_BESIDE_US = Path(__file__).resolve().parents[2] / "shared" / "neuron-docs"


def real_pages_folder() -> Path:
    """Return the folder that `NEURON_DOCS` names, or the usual one; it need not exist."""
    return Path(os.environ.get("NEURON_DOCS", _BESIDE_US))


@dataclass(frozen=True)
class RealPages(FolderSite):
    """A folder of real pages."""

    name: str = "real pages"
