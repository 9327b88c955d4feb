"""`neuron-warehouse versions`: the dataset's versions, compared, verified, restored and pruned.

This module has the commands' options, help and sentences; the work is done in
`warehouse.versions`.
"""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import TABLE, add_format, add_root
from dagster_project.cli.shared.output import write
from dagster_project.cli.shared.parser import help_text

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Callable

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse versions --root /srv/neuron
  neuron-warehouse versions diff 7 12 --format csv
  neuron-warehouse versions verify
  neuron-warehouse versions restore 7
  neuron-warehouse versions prune --keep 10 --yes"""


def declare(parser: Parser) -> None:
    """Add the command's arguments, and the commands in it with theirs."""
    add_root(parser, or_bundled=False)
    add_format(parser)
    commands = parser.group()

    one = _added(commands, diff, "diff 7 12 --format markdown")
    one.add_argument("base", type=int, metavar="A", help="the version before")
    one.add_argument("target", type=int, metavar="B", help="the version after")
    add_format(one, said_before=True)

    one = _added(commands, show, "show 12")
    one.add_argument("number", type=int, metavar="N", help=_NUMBER)

    one = _added(commands, verify, "verify --all")
    one.add_argument(
        "number", type=int, nargs="?", metavar="N", help=f"{_NUMBER}; by default the newest"
    )
    one.add_argument("--all", action="store_true", help="look at all versions")
    add_format(one, said_before=True)

    one = _added(commands, restore, "restore 7")
    one.add_argument("number", type=int, metavar="N", help=_NUMBER)

    one = _added(commands, prune, "prune --keep 10")
    one.add_argument(
        "--keep", type=int, default=10, metavar="K", help="how many versions stay; by default 10"
    )
    one.add_argument("--yes", action="store_true", help="remove what is listed")


_NUMBER = "number of a dataset version"


def _added(
    commands: _SubParsersAction[Parser], does: Callable[[Namespace], int | None], example: str
) -> Parser:
    """Add a command of the group; the docstring of its function is its help."""
    summary, _, more = str(does.__doc__).partition("\n")
    text = f"{summary}\n{dedent(more)}".strip()
    parser = commands.add_parser(
        does.__name__,
        help=summary,
        **help_text(text, f"example:\n  neuron-warehouse versions {example}"),
    )
    parser.set_defaults(run=does)
    add_root(parser, said_before=True, or_bundled=False)
    return parser


def run(args: Namespace) -> None:
    """List dataset versions and what each changed."""
    from warehouse.versions.listing import list_versions

    write(list_versions(args.root), args.format)


def diff(args: Namespace) -> None:
    """Show the figures that differ, side by side.

    One row for each measurement and each dimension of a benchmark. Where a row is on its page
    does not count.
    """
    from warehouse.versions.diff import diff_versions

    write(diff_versions(args.root, args.base, args.target), args.format)


def show(args: Namespace) -> None:
    """Print a version's descriptor, with every file: a Data Package in JSON."""
    from warehouse.storage.roots import open_root
    from warehouse.versions import descriptor_bytes, read_version
    from warehouse.versions.stored_form.descriptor_json import whole_json

    storage = open_root(args.root)
    version = read_version(storage, args.number)
    stored = not version.manifests
    data = descriptor_bytes(storage, args.number) if stored else whole_json(version)
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def verify(args: Namespace) -> int:
    """List missing and damaged files.

    It hashes every file of a version, and every import of your own measurements; the exit code is 1
    if any is missing or damaged.
    """
    from dataclasses import replace

    from warehouse.database.own_imports.import_records import damaged_imports
    from warehouse.versions import numbers
    from warehouse.versions.verify import fault_rows, verify_versions

    where, number = args.root, args.number
    wanted = () if args.all else numbers(where)[-1:] if number is None else (number,)
    verified = verify_versions(where, wanted)
    own = tuple(("damaged", path) for path in damaged_imports(where))
    # An import belongs to no version; it is listed beside the other files that belong to none.
    verified = replace(verified, database=(*verified.database, *own))
    if not verified.clean or args.format != TABLE:
        write(fault_rows(verified), args.format)
    print(verified.sentence, file=sys.stdout if args.format == TABLE else sys.stderr)
    if not verified.clean:
        print("`neuron-warehouse build` writes again what its source still has", file=sys.stderr)
    if own:
        print("remove a damaged import, and import its file again", file=sys.stderr)
    return 0 if verified.clean else 1


def restore(args: Namespace) -> None:
    """Make a new version equal to an old one.

    The warehouse is built from it; the versions between stay. A missing file is an error.
    """
    from datetime import UTC, datetime

    from warehouse.database.build_file import build_database
    from warehouse.versions import restore as restore_version

    where, number = args.root, args.number
    done = restore_version(where, number, now=datetime.now(UTC))
    build_database(where)
    version = done.descriptor.version
    if done.changed:
        print(f"Version {version} is equal to version {number}.")
    else:
        print(f"No changes: the newest version, {version}, is already equal to it.")


def prune(args: Namespace) -> None:
    """Remove old versions and their files.

    It lists what it would remove, and removes it with --yes: all but the newest versions, and
    every file that no kept version needs. Builds may run meanwhile.
    """
    from warehouse.versions import plan_prune
    from warehouse.versions import prune as prune_versions

    where, keep, yes = args.root, args.keep, args.yes
    plan = prune_versions(where, keep) if yes else plan_prune(where, keep)
    kept = _counted(len(plan.kept), "version")
    if not plan.removed and not plan.files:
        print(f"Nothing to remove: there {'is' if len(plan.kept) == 1 else 'are'} {kept}.")
        return
    print(
        f"{'Removed' if yes else 'Would remove'} {_counted(len(plan.removed), 'version')} and "
        f"{_counted(len(plan.files), 'file')} that the {kept} kept "
        f"{'does' if len(plan.kept) == 1 else 'do'} not need: {plan.size:,} bytes."
    )
    if not yes:
        print("Nothing was removed; add --yes to do it.")


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
