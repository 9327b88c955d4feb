"""`neuron-warehouse captures`: when releases were read, and what upstream had edited since.

Here belong the command's options and help; the list is made in `warehouse.captures`.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dagster_project.cli.options import DEFAULT_ROOT, Format, OutputFormat, Root
from dagster_project.cli.reading import write

EPILOG = """Examples:

  neuron-warehouse captures --release 2.20.0

  neuron-warehouse captures --format csv

The view capture_changes holds the edits with their place on the page."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="captures", epilog=EPILOG)(captures)


def captures(
    release: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RELEASE", help="Only this release; several times.", show_default=False
        ),
    ] = None,
    root: Root = DEFAULT_ROOT,
    form: OutputFormat = Format.TABLE,
) -> None:
    """List captures of live sites: when, fit to publish or why not, and each cell edited since."""
    from warehouse.captures import list_captures  # noqa: PLC0415 - see the package's words

    wanted = tuple(name.removeprefix("v") for name in release or ())
    found = list_captures(root, wanted)
    if not found.num_rows:
        print(
            "No capture: `build --source live`, or of another site, makes them; a folder's pages "
            "are only listed where they were edited since.",
            file=sys.stderr,
        )
    write(found, form)
