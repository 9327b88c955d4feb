"""`neuron-warehouse packages`: what releases are made of. Imports no Dagster.

Here belong the command's options, help and header; comparing and pinning stand in
`warehouse.packages`.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.options import DEFAULT_ROOT, AsOf, Format, OutputFormat, Root, Version
from dagster_project.cli.reading import write
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from warehouse.packages import Package

EPILOG = """Examples:

  neuron-warehouse packages 2.17 2.20

  neuron-warehouse packages 2.17 2.20 --accelerator trn1 --format markdown

  neuron-warehouse packages 2.20

  neuron-warehouse packages 2.20 --accelerator inf2 --pin requirements > requirements.txt

  neuron-warehouse packages 2.20 --pin apt

A minor stands for its latest patch. Releases are those whose packages any page lists, also such as
have no pages of their own here. A pinned package is pinned once, to its newest listed version."""


class Pin(StrEnum):
    """How pins are written."""

    REQUIREMENTS = "requirements"
    CONSTRAINTS = "constraints"
    APT = "apt"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="packages", epilog=EPILOG)(packages)


def packages(  # noqa: PLR0913 - one parameter an option
    release: Annotated[str, typer.Argument(help="The release, or the one before: 2.20, `latest`.")],
    target: Annotated[
        str, typer.Argument(help="The release to compare with.", show_default=False)
    ] = "",
    accelerator: Annotated[str, typer.Option(help="Only inf1, inf2 or trn1.")] = "",
    pin: Annotated[
        Pin | None,
        typer.Option(help="Print the release's packages as pins: Python's, or apt's."),
    ] = None,
    unchanged: Annotated[bool, typer.Option(help="Show unchanged packages too.")] = False,
    root: Root = DEFAULT_ROOT,
    version: Version = None,
    as_of: AsOf = None,
    form: OutputFormat = Format.TABLE,
) -> None:
    """Show the packages of a release, or what changed between two."""
    from warehouse.reading import open_warehouse, resolve_version  # noqa: PLC0415 - as elsewhere

    if pin and target:
        raise UsageError("--pin takes one release; leave the second out")
    with open_warehouse(root, resolve_version(root, version, as_of)) as connection:
        if pin:
            _pin(connection, release, accelerator, pin)
        elif target:
            _compare(connection, (release, target), accelerator, form, unchanged=unchanged)
        else:
            _list(connection, release, accelerator, form)


def _pin(connection: duckdb.DuckDBPyConnection, written: str, accelerator: str, pin: Pin) -> None:
    from warehouse.packages import described_release, packages_of, pins  # noqa: PLC0415 - as above

    release = described_release(connection, written)
    listed = packages_of(connection, release, accelerator)
    _refuse_nothing(release, accelerator, listed)
    of_what = f", {accelerator}" if accelerator else ""
    print(f"# Neuron SDK {release}{of_what}")
    print(pins(listed, pin.value), end="")


def _list(
    connection: duckdb.DuckDBPyConnection, written: str, accelerator: str, form: Format
) -> None:
    import pyarrow as pa  # noqa: PLC0415 - see the package's words

    from warehouse.packages import described_release, packages_of  # noqa: PLC0415 - as above

    release = described_release(connection, written)
    _head(f"Packages of {release}", (written, release))
    listed = packages_of(connection, release, accelerator)
    _refuse_nothing(release, accelerator, listed)
    write(pa.Table.from_pylist([asdict(one) for one in listed]), form)


def _compare(
    connection: duckdb.DuckDBPyConnection,
    written: tuple[str, str],
    accelerator: str,
    form: Format,
    *,
    unchanged: bool,
) -> None:
    import pyarrow as pa  # noqa: PLC0415 - see the package's words

    from warehouse.packages import (  # noqa: PLC0415 - as above
        PackageChange,
        compare_packages,
        described_release,
        packages_of,
    )

    base, target = (described_release(connection, text) for text in written)
    _head(f"Packages of {base} against {target}", (written[0], base), (written[1], target))
    before, after = (packages_of(connection, one, accelerator) for one in (base, target))
    _refuse_nothing(f"{base} and {target}", accelerator, (*before, *after))
    found = compare_packages(before, after)
    rows = [asdict(one) for one in found if unchanged or one.change != "unchanged"]
    columns = {name: pa.string() for name in PackageChange.__slots__}
    write(pa.Table.from_pylist(rows, schema=pa.schema(columns)), form)


def _refuse_nothing(release: str, accelerator: str, listed: Sequence[Package]) -> None:
    if not listed:
        raise UsageError(f"no page lists packages of {release} for {accelerator!r}; try trn1")


def _head(text: str, *sides: tuple[str, str]) -> None:
    """Say on standard error what is shown, and what a short name stands for."""
    meant = [f"{short} stands for {name}" for short, name in sides if short.lstrip("v") != name]
    print(f"{text}{' (' + '; '.join(meant) + ')' if meant else ''}", file=sys.stderr)
