"""`neuron-warehouse packages`: what releases are made of. Imports no Dagster.

Here belong the command's options, help and header; comparing and pinning stand in
`warehouse.packages`.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from dagster_project.cli.options import add_accelerator, add_format, add_root, add_version
from dagster_project.cli.writing import write
from pipelines.contract.measured import ACCELERATORS
from pipelines.errors import UsageError, refuse_unknown

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    import duckdb

    from dagster_project.cli.parsing import Parser
    from warehouse.packages import Package

EPILOG = """examples:
  neuron-warehouse packages 2.17 2.20
  neuron-warehouse packages 2.17 2.20 --accelerator trn1 --format markdown
  neuron-warehouse packages 2.20
  neuron-warehouse packages 2.20 --accelerator inf2 --pin requirements > requirements.txt
  neuron-warehouse packages 2.20 --pin apt

A minor stands for its latest patch. Releases are those whose packages any page lists, also such as
have no pages of their own here. A pinned package is pinned once, to its newest listed version."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=packages)
    parser.add_argument(
        "release", metavar="RELEASE", help="the release, or the one before: 2.20, `latest`"
    )
    parser.add_argument(
        "target", nargs="?", default="", metavar="TARGET", help="the release to compare with"
    )
    add_accelerator(parser)
    parser.add_argument(
        "--pin",
        choices=("requirements", "constraints", "apt"),
        help="print the release's packages as pins: Python's, or apt's",
    )
    parser.add_argument("--unchanged", action="store_true", help="show unchanged packages too")
    add_root(parser)
    add_version(parser)
    add_format(parser)


def packages(asked: Namespace) -> None:
    """Show the packages of a release, or what changed between two."""
    from warehouse.reading import open_warehouse, resolve_version  # noqa: PLC0415 - as elsewhere

    if asked.accelerator:
        refuse_unknown("accelerator", asked.accelerator, ACCELERATORS)
    if asked.pin and asked.target:
        raise UsageError("--pin takes one release; leave the second out")
    version = resolve_version(asked.root, asked.version, asked.as_of)
    with open_warehouse(asked.root, version) as connection:
        if asked.pin:
            _pin(connection, asked)
        elif asked.target:
            _compare(connection, asked)
        else:
            _list(connection, asked)


def _pin(connection: duckdb.DuckDBPyConnection, asked: Namespace) -> None:
    from warehouse.packages import described_release, packages_of, pins  # noqa: PLC0415 - as above

    release = described_release(connection, asked.release)
    listed = packages_of(connection, release, asked.accelerator)
    _refuse_nothing(release, asked.accelerator, listed)
    of_what = f", {asked.accelerator}" if asked.accelerator else ""
    print(f"# Neuron SDK {release}{of_what}")
    print(pins(listed, asked.pin), end="")


def _list(connection: duckdb.DuckDBPyConnection, asked: Namespace) -> None:
    import pyarrow as pa  # noqa: PLC0415 - see the package's words

    from warehouse.packages import described_release, packages_of  # noqa: PLC0415 - as above

    release = described_release(connection, asked.release)
    _head(f"Packages of {release}", (asked.release, release))
    listed = packages_of(connection, release, asked.accelerator)
    _refuse_nothing(release, asked.accelerator, listed)
    write(pa.Table.from_pylist([asdict(one) for one in listed]), asked.format)


def _compare(connection: duckdb.DuckDBPyConnection, asked: Namespace) -> None:
    import pyarrow as pa  # noqa: PLC0415 - see the package's words

    from warehouse.packages import (  # noqa: PLC0415 - as above
        PackageChange,
        compare_packages,
        described_release,
        packages_of,
    )

    written = (asked.release, asked.target)
    base, target = (described_release(connection, text) for text in written)
    _head(f"Packages of {base} against {target}", (written[0], base), (written[1], target))
    before, after = (packages_of(connection, one, asked.accelerator) for one in (base, target))
    _refuse_nothing(f"{base} and {target}", asked.accelerator, (*before, *after))
    found = compare_packages(before, after)
    rows = [asdict(one) for one in found if asked.unchanged or one.change != "unchanged"]
    columns = {name: pa.string() for name in PackageChange.__slots__}
    write(pa.Table.from_pylist(rows, schema=pa.schema(columns)), asked.format)


def _refuse_nothing(release: str, accelerator: str, listed: Sequence[Package]) -> None:
    if not listed:
        raise UsageError(f"no page lists packages of {release} for {accelerator!r}; try trn1")


def _head(text: str, *sides: tuple[str, str]) -> None:
    """Say on standard error what is shown, and what a short name stands for."""
    meant = [f"{short} stands for {name}" for short, name in sides if short.lstrip("v") != name]
    print(f"{text}{' (' + '; '.join(meant) + ')' if meant else ''}", file=sys.stderr)
