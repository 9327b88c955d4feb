"""Options that several commands share.

Here belong their types, names and help; no command.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


def _named(text: str) -> str:
    """Refuse an empty text: nobody means the current folder by it."""
    if not text.strip():
        raise typer.BadParameter("it is empty; name a folder, such as `data` or `.`")
    return text


Root = Annotated[
    str,
    typer.Option(
        "--root",
        callback=_named,
        envvar="NEURON_WAREHOUSE_ROOT",
        metavar="DIR",
        help="Folder of the dataset, or s3://bucket/prefix.",
    ),
]
Version = Annotated[
    int | None,
    typer.Option("--version", metavar="N", help="Read dataset version N, not the newest."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Read the newest version published by then: 2026-11-01, or an ISO time.",
        show_default=False,
    ),
]


class Format(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


OutputFormat = Annotated[Format, typer.Option("--format", help="How to write the rows.")]
DEFAULT_ROOT = "data"
