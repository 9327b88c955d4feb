"""`neuron-warehouse packages`: what releases are made of. Imports no Dagster.

This module has the command's options, help and header; comparing and pinning live in
`warehouse.packages.differences`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_accelerator, add_format, add_root, add_version
from dagster_project.cli.shared.output import tell, write
from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.errors import UsageError, refuse_unknown

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    import duckdb

    from dagster_project.cli.shared.parser import Parser
    from warehouse.packages.differences import Package

EPILOG = """examples:
  neuron-warehouse packages 2.17 2.20
  neuron-warehouse packages 2.17 2.20 --accelerator trn1 --format markdown
  neuron-warehouse packages 2.20
  neuron-warehouse packages 2.20 --accelerator inf2 --pin requirements > requirements.txt
  neuron-warehouse packages 2.20 --pin apt

A minor means its latest patch. Every release whose packages some page lists can be named, also one
whose own pages are not in the dataset. Each package is pinned once, to its newest version."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
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


def run(args: Namespace) -> None:
    """Show the packages of a release, or what changed between two."""
    from warehouse.database.open_version import open_warehouse, resolve_version

    if args.accelerator:
        refuse_unknown("accelerator", args.accelerator, ACCELERATOR_NAMES)
    if args.pin and args.target:
        raise UsageError("--pin takes one release; leave the second out")
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        if args.pin:
            _pin(connection, args)
        elif args.target:
            _compare(connection, args)
        else:
            _list(connection, args)


def _pin(connection: duckdb.DuckDBPyConnection, args: Namespace) -> None:
    from warehouse.packages.differences import described_release, packages_of, pins

    release = described_release(connection, args.release)
    listed = packages_of(connection, release, args.accelerator)
    _refuse_nothing(connection, [release], args.accelerator, listed)
    of_what = f", {args.accelerator}" if args.accelerator else ""
    tell(f"# Neuron SDK {release}{of_what}")
    tell(pins(listed, args.pin).removesuffix("\n"))


def _list(connection: duckdb.DuckDBPyConnection, args: Namespace) -> None:
    import pyarrow as pa

    from warehouse.packages.differences import described_release, packages_of

    release = described_release(connection, args.release)
    listed = packages_of(connection, release, args.accelerator)
    _refuse_nothing(connection, [release], args.accelerator, listed)
    _head(f"Packages of {release}", (args.release, release))
    write(pa.Table.from_pylist([asdict(one) for one in listed]), args.format)


def _compare(connection: duckdb.DuckDBPyConnection, args: Namespace) -> None:
    import pyarrow as pa

    from warehouse.packages.differences import (
        PackageChange,
        compare_packages,
        described_release,
        packages_of,
    )

    written = (args.release, args.target)
    base, target = (described_release(connection, text) for text in written)
    before, after = (packages_of(connection, one, args.accelerator) for one in (base, target))
    _refuse_nothing(connection, [base, target], args.accelerator, (*before, *after))
    _head(f"Packages of {base} against {target}", (written[0], base), (written[1], target))
    found = compare_packages(before, after)
    rows = [asdict(one) for one in found if args.unchanged or one.change != "unchanged"]
    columns = {name: pa.string() for name in PackageChange.__slots__}
    write(pa.Table.from_pylist(rows, schema=pa.schema(columns)), args.format)


def _refuse_nothing(
    connection: duckdb.DuckDBPyConnection,
    releases: Sequence[str],
    accelerator: str,
    listed: Sequence[Package],
) -> None:
    """Raise `UsageError`, naming the accelerators that have a list, where no package is listed."""
    from warehouse.packages.differences import packages_of

    if listed:
        return
    others = (one.accelerator for name in releases for one in packages_of(connection, name))
    known = ", ".join(dict.fromkeys(others))
    raise UsageError(
        f"no page lists packages of {' and '.join(releases)} for {accelerator!r}; listed are "
        f"those for {known}"
    )


def _head(text: str, *sides: tuple[str, str]) -> None:
    """Write to standard error what is shown, and what a short name means."""
    meant = [f"{short} means {name}" for short, name in sides if short.lstrip("v") != name]
    tell(f"{text}{' (' + '; '.join(meant) + ')' if meant else ''}", beside=True)
