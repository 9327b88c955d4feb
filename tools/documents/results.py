"""Tables of results that were measured: speed by `make bench`, endurance by `make stress`.

Results are files of `benchmarks/results`, each with the machine, the commit and the day. This
module lays them out; what is in them is decided where they are measured.
"""

from __future__ import annotations

import json
from textwrap import fill

from tools.documents.found import REPOSITORY

FOLDER = REPOSITORY / "benchmarks" / "results"
_UNITS = {"seconds": "s", "ms": "ms"}


def table(name: str) -> str:
    """Return a result as a Markdown table, below where and when it was measured."""
    result = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    rows = result["rows"]
    names = list(rows[0])
    right = {one for one in names if type(rows[0][one]) in (int, float)}
    when = f"Measured on {result['taken_on']} at commit {result['commit']}: {result['machine']}."
    lines = [
        f"| {' | '.join(map(_heading, names))} |",
        f"|{'|'.join('---:' if one in right else '---' for one in names)}|",
        *(f"| {' | '.join(_cell(row[one]) for one in names)} |" for row in rows),
    ]
    return "\n".join((fill(when, 100, break_on_hyphens=False), "", *lines, "", ""))


def _heading(name: str) -> str:
    """Return a heading: of `ours_seconds`, "ours, s"."""
    words = name.split("_")
    unit = _UNITS.get(words[-1])
    text = f"{' '.join(words[:-1])}, {unit}" if unit else " ".join(words)
    return text[:1].upper() + text[1:]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
