"""The code of this repository as syntax trees, each parsed once a process.

Put here how code is parsed; tests of what stands in it are at `tests`.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the tree of a module; an empty one where there is no file."""
    return ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
