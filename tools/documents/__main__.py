"""`python -m tools.documents`: write again all documents that are made from the code.

This module only writes. What a document holds is made in the other modules of this room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.documents import commands, parts, pictures
from tools.documents.found import REPOSITORY, blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

TERMINAL = "docs/how-to/compare.md"
"""The document whose first command and its output are shown as a picture too."""


def generated() -> Mapping[str, str]:
    """Return the path and the text of each document that is made, or has a part that is made."""
    shown = {f"{pictures.FOLDER}/compare.svg": _terminal()}
    return {**parts.marked(), **commands.pages(), **pictures.pictures(), **shown}


def _terminal() -> str:
    """Return the picture of a document's first command; its output is kept true by a test."""
    text = next(
        block.text
        for block in blocks((REPOSITORY / TERMINAL).read_text("utf-8"))
        if block.kind == "console"
    )
    command, _, output = text.removeprefix("$ ").partition("\n")
    return pictures.terminal(command, output)


def main() -> None:
    """Write the documents."""
    for name, text in generated().items():
        path = REPOSITORY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
