"""Drawn pictures: the way from a site to a report, and the tables with their keys.

The tables and their keys come from the contract; folders that the first picture names exist (a test
looks). Screenshots of the report page are taken by `tools/take_pictures.py`.
"""

from __future__ import annotations

import itertools
import re
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from pipelines.contract import TABLES, Table
from tools.documents.drawing import PAD, Box, Drawing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = "docs/images"
STEPS: tuple[tuple[str, str, str], ...] = (
    ("Documentation site", "or a folder of pages", "pipelines/sources"),
    ("Archive", "every answer, as received", "pipelines/sources/archive"),
    ("Tables and cells", "what a page prints, as text", "pipelines/extract"),
    ("Typed rows", "settings, figures, packages", "pipelines/performance"),
    ("Quality flags", "what looks wrong", "pipelines/quality"),
    ("Parquet versions", "never changed again", "warehouse/versions"),
    ("warehouse.duckdb", "tables, views, macros", "warehouse/database"),
    ("Answers", "compare, advise, history, sql", "warehouse/comparison"),
    ("Report and site", "one HTML file; static files", "warehouse/publication"),
)
"""Each step from site to report: what it holds, in other words, and where its code is."""
_COLUMNS = 3
_WIDTH, _GAP, _TALL = 240, 50, 110


def flow() -> str:
    """Return the picture of the way from a site to a report."""
    drawing = Drawing("The way from a documentation site to a report, in nine steps")
    boxes = []
    for number, (title, text, folder) in enumerate(STEPS):
        row, place = divmod(number, _COLUMNS)
        # Rows are read in turn from left to right and from right to left, as the arrows lead.
        place = place if row % 2 == 0 else _COLUMNS - 1 - place
        x, y = 20 + place * (_WIDTH + _GAP), 20 + row * _TALL
        strong = title == "warehouse.duckdb"  # the file that users open
        boxes.append(Box(x, y, _WIDTH, f"{number + 1}. {title}", (text, f"{folder}/"), strong))
    drawing.add(boxes)
    for one, other in itertools.pairwise(boxes):
        drawing.arrow(_between(one, other))
    return drawing.svg()


def _between(one: Box, other: Box) -> str:
    middle = one.y + one.height / 2
    if other.x > one.x:
        return f"M{one.x + one.width:g} {middle:g} H{other.x - 2:g}"
    if other.x < one.x:
        return f"M{one.x:g} {middle:g} H{other.x + other.width + 2:g}"
    across = one.x + one.width / 2
    return f"M{across:g} {one.y + one.height:g} V{other.y - 2:g}"


def keys(tables: Sequence[Table] = TABLES) -> str:
    """Return the picture of the tables, their keys, and which refers to which."""
    named = {table.name: table for table in tables}
    referred = {other for table in tables for other, _ in table.references}
    linked = [table for table in tables if table.references or table.name in referred]
    drawing = Drawing("The tables of the dataset with their keys, and which refers to which")
    placed: dict[str, Box] = {}
    below: dict[int, float] = {}
    for table in linked:
        depth = _depth(table, named)
        y = below.get(depth, 46)
        box = Box(20 + depth * (200 + _GAP), y, 200, table.name, table.key, depth == 0)
        placed[table.name] = box
        below[depth] = y + box.height + 24
    drawing.note(
        20, 30, "Arrows lead from a table to the one that it refers to. Lines are the key."
    )
    drawing.add(list(placed.values()))
    for table in linked:
        for other, _ in table.references:
            drawing.arrow(_reference(placed[table.name], placed[other]))
    _others(drawing, [table for table in tables if table not in linked])
    return drawing.svg()


def _others(drawing: Drawing, tables: Sequence[Table]) -> None:
    """Add the tables that are joined by release alone, in rows of four below the rest."""
    y = drawing.height + 40
    drawing.note(20, y - 12, "These are joined by release:")
    for start in range(0, len(tables), 4):
        row = [
            Box(20 + place * (200 + _GAP), y, 200, table.name, table.key)
            for place, table in enumerate(tables[start : start + 4])
        ]
        drawing.add(row)
        y = drawing.height + 20


def _depth(table: Table, named: Mapping[str, Table]) -> int:
    return max((_depth(named[other], named) + 1 for other, _ in table.references), default=0)


def _reference(one: Box, other: Box) -> str:
    """Return the path of an arrow from a table to one in a column left of it."""
    start, end = one.y + PAD + 8, other.y + PAD + 8
    half = one.x - _GAP / 2
    return f"M{one.x:g} {start:g} H{half:g} V{end:g} H{other.x + other.width + 2:g}"


def pictures() -> Mapping[str, str]:
    """Return the path and the text of each drawn picture."""
    return {f"{FOLDER}/flow.svg": flow(), f"{FOLDER}/tables.svg": keys()}


def terminal(command: str, output: str) -> str:
    """Return the picture of a command and what it prints, in a terminal.

    Args:
        command: What was typed.
        output: What it printed.
    """
    console = Console(record=True, width=100, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ {command}", style="bold"))
    console.print(Text(output.rstrip("\n")))
    svg = console.export_svg(title="neuron-warehouse", unique_id="terminal")
    # The library links a font of another host: the reader's own will do.
    plain = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return re.sub(r"[ \t]+$", "", plain, flags=re.MULTILINE).rstrip("\n") + "\n"
