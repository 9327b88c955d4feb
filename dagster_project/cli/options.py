"""Options that several commands share.

Here belong their types, names and help; no command.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

Root = Annotated[
    str,
    typer.Option(
        "--root",
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
