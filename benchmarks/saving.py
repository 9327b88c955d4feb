"""Results of measurements as files, with the machine, the commit and the day.

`tools.documents` makes the tables of the documents from them. Put here what each result says of
where it was measured.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = Path(__file__).resolve().parent / "results"


def save(name: str, rows: Sequence[Mapping[str, Any]], folder: Path = FOLDER) -> None:
    """Write a result.

    Args:
        name: Its name, as documents mark its place.
        rows: What was measured. The last word of a key is its unit: `ours_seconds`.
        folder: Where results are.
    """
    result = {
        "taken_on": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": _commit(),
        "machine": _machine(),
        "rows": rows,
    }
    folder.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty=, with changes", "--abbrev=12"]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}"
    )
