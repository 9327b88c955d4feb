"""`neuron-warehouse versions`: the dataset's versions, compared, verified, restored and pruned.

Here belong the commands' options, help and sentences; the work stands in `warehouse`.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from click.core import ParameterSource

from dagster_project.cli.options import DEFAULT_ROOT, Format, OutputFormat, Root
from dagster_project.cli.reading import write

EPILOG = """Examples:

  neuron-warehouse versions --root /srv/neuron

  neuron-warehouse versions diff 7 12 --format csv

  neuron-warehouse versions verify

  neuron-warehouse versions restore 7

  neuron-warehouse versions prune --keep 10 --yes"""

Number = Annotated[int, typer.Argument(metavar="N", help="Number of a dataset version.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        epilog=EPILOG, invoke_without_command=True, rich_markup_mode=None, add_completion=False
    )
    group.callback(epilog=EPILOG)(versions)
    for command, example in (
        (diff, "versions diff 7 12 --format markdown"),
        (show, "versions show 12"),
        (verify, "versions verify --all"),
        (restore, "versions restore 7"),
        (prune, "versions prune --keep 10"),
    ):
        group.command(epilog=f"Example:\n\n  neuron-warehouse {example}")(command)
    app.add_typer(group, name="versions")


def versions(
    context: typer.Context, root: Root = DEFAULT_ROOT, form: OutputFormat = Format.TABLE
) -> None:
    """List dataset versions and what each changed; compare, verify, restore, prune."""
    if context.invoked_subcommand is not None:
        return
    from warehouse.listing import list_versions  # noqa: PLC0415 - see the package's words

    write(list_versions(root), form)


def diff(
    context: typer.Context,
    base: Annotated[int, typer.Argument(metavar="A", help="The version before.")],
    target: Annotated[int, typer.Argument(metavar="B", help="The version after.")],
    root: Root = DEFAULT_ROOT,
    form: OutputFormat = Format.TABLE,
) -> None:
    """Show the figures that differ, side by side.

    One row a measurement or a dimension of a benchmark; where rows stand on a page does not count.
    """
    from warehouse.history import diff_versions  # noqa: PLC0415 - see the package's words

    write(diff_versions(_root(context, root), base, target), form)


def show(context: typer.Context, number: Number, root: Root = DEFAULT_ROOT) -> None:
    """Print a version's descriptor: a Data Package in JSON."""
    from warehouse.storage import open_root  # noqa: PLC0415 - see the package's words
    from warehouse.versions import descriptor_bytes, read_version  # noqa: PLC0415 - as above

    storage = open_root(_root(context, root))
    read_version(storage, number)  # refuses one that is damaged
    sys.stdout.buffer.write(descriptor_bytes(storage, number))
    sys.stdout.flush()


def verify(
    context: typer.Context,
    number: Annotated[
        int | None,
        typer.Argument(metavar="[N]", help="Number of a dataset version; by default the newest."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Look at all versions.")] = False,
    root: Root = DEFAULT_ROOT,
    form: OutputFormat = Format.TABLE,
) -> None:
    """List missing and damaged files.

    Hashes every file of a version; the exit code is 1 if any is missing or damaged.
    """
    from warehouse.verifying import fault_rows, verify_versions  # noqa: PLC0415 - as above
    from warehouse.versions import numbers  # noqa: PLC0415 - see the package's words

    where = _root(context, root)
    wanted = () if every else numbers(where)[-1:] if number is None else (number,)
    verified = verify_versions(where, wanted)
    if not verified.clean or form is not Format.TABLE:
        write(fault_rows(verified), form)
    print(verified.sentence, file=sys.stdout if form is Format.TABLE else sys.stderr)
    if not verified.clean:
        print("`neuron-warehouse build` writes again what its source still holds", file=sys.stderr)
        raise typer.Exit(1)


def restore(context: typer.Context, number: Number, root: Root = DEFAULT_ROOT) -> None:
    """Make a new version equal to an old one.

    The warehouse is built from it; the versions between stay. A file that is missing is named.
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - this command alone asks the clock

    from warehouse.database import build_database  # noqa: PLC0415 - see the package's words
    from warehouse.versions import restore as restore_version  # noqa: PLC0415 - as above

    where = _root(context, root)
    done = restore_version(where, number, now=datetime.now(UTC))
    build_database(where)
    version = done.descriptor.version
    if done.changed:
        print(f"Version {version} is equal to version {number}.")
    else:
        print(f"Nothing has changed: version {version}, the newest, is equal to it already.")


def prune(
    context: typer.Context,
    keep: Annotated[int, typer.Option(metavar="K", help="How many versions stay.")] = 10,
    yes: Annotated[bool, typer.Option("--yes", help="Remove them; else it is only told.")] = False,
    root: Root = DEFAULT_ROOT,
) -> None:
    """Remove old versions and their files.

    Tells what it would remove, and removes it with --yes: all but the newest versions, and every
    file that no kept version needs. Builds may run meanwhile.
    """
    from warehouse.versions import plan_prune  # noqa: PLC0415 - see the package's words
    from warehouse.versions import prune as prune_versions  # noqa: PLC0415 - as above

    where = _root(context, root)
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


def _root(context: typer.Context, root: str) -> str:
    """Give the root, also where it was said before the subcommand's name."""
    before = context.parent
    if (
        before is not None
        and context.get_parameter_source("root") is not ParameterSource.COMMANDLINE
        and before.get_parameter_source("root") is ParameterSource.COMMANDLINE
    ):
        return str(before.params["root"])
    return root
