"""`neuron-warehouse measure`: results of load generators, imported beside the published figures.

This module has the commands' options and help. What an import does lives in
`warehouse.questions.own.import_results`; comparing with what AWS published, in `compare --own`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.cli.shared.given_files import STANDARD_INPUT, given_bytes
from dagster_project.cli.shared.options import TABLE, add_format, add_root
from dagster_project.cli.shared.output import tell, tell_wrapped, write, write_records
from dagster_project.cli.shared.parser import help_text
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse measure import results.json --instance-type inf2.48xlarge --packages freeze.txt
  neuron-warehouse measure import runs.csv --release 2.18.2
  neuron-warehouse measure list
  neuron-warehouse measure drop 2
  neuron-warehouse compare --own

What is imported stands in the table own_measurements, which `neuron-warehouse sql` can query; no
published table ever holds it. The formats are in docs/how-to/own-measurements.md."""
_SMALLER = "hand over its summary alone"
_DERIVED = ("workload", "accelerator")
_NAMES = {"instance_types": "instance-type", "model_data_types": "data-type"}


def declare(parser: Parser) -> None:
    """Add the commands with their arguments."""
    add_root(parser, or_bundled=False)
    add_format(parser)
    commands = parser.group()
    _declare_import(
        commands.add_parser(
            "import",
            help="Import a result file.",
            **help_text("Import a result file of a load generator, or our plain CSV.", EPILOG),
        )
    )
    one = commands.add_parser(
        "drop",
        help="Let an import no longer count.",
        **help_text(
            "Make an import without rows, which counts instead of import N. Import N stays listed."
        ),
    )
    one.set_defaults(run=drop_import)
    one.add_argument("number", type=int, metavar="N", help="number of the import")
    add_root(one, said_before=True, or_bundled=False)
    one = commands.add_parser(
        "list",
        help="List what was imported.",
        **help_text("List the imports, oldest first. `counts`: the newest import of its file."),
    )
    one.set_defaults(run=run)
    add_root(one, said_before=True, or_bundled=False)
    add_format(one, said_before=True)


def _declare_import(parser: Parser) -> None:
    from warehouse.database.own_imports.own_table import SETTINGS

    parser.set_defaults(run=import_file)
    parser.add_argument("file", metavar="FILE", help="the result file; - for standard input")
    parser.add_argument(
        "--tool",
        default="",
        metavar="NAME",
        help="which tool wrote it; by default found by it",
    )
    parser.add_argument(
        "--release", default="", metavar="X.Y.Z", help="the SDK release that was measured"
    )
    parser.add_argument(
        "--packages",
        metavar="FILE",
        help="what was installed, as pip freeze prints it; the SDK release is found by it",
    )
    said = parser.add_argument_group("what the file does not say")
    for column in SETTINGS:
        if column.name not in _DERIVED:
            said.add_argument(
                f"--{_NAMES.get(column.name, column.name.replace('_', '-'))}",
                dest=column.name,
                default="",
                metavar="N" if column.type is int else "TEXT",
                help=column.description.replace("%", "%%"),
            )
    add_root(parser, said_before=True, or_bundled=False)
    parser.add_argument(
        "--format", choices=(TABLE, "json"), default=TABLE, help="how to answer; by default text"
    )


def import_file(args: Namespace) -> None:
    """Import one file and say what was read."""
    from warehouse.database.open_version import open_warehouse
    from warehouse.database.own_imports.own_table import SETTING_NAMES
    from warehouse.questions.own.import_results import Supplied, import_results
    from warehouse.questions.own.result_file import LARGEST, ResultFile
    from warehouse.questions.own.told_import import import_document, import_sentences

    if args.file == args.packages == STANDARD_INPUT:
        raise UsageError("standard input cannot be both the results and the packages")
    content = given_bytes(args.file, LARGEST, _SMALLER)
    packages = given_bytes(args.packages, LARGEST, _SMALLER) if args.packages else None
    name = "standard input" if args.file == STANDARD_INPUT else Path(args.file).name
    given = {one: getattr(args, one, "") for one in SETTING_NAMES}
    supplied = Supplied(
        {one: text for one, text in given.items() if text}, args.tool, args.release, packages
    )
    with open_warehouse(args.root) as connection:
        done = import_results(args.root, connection, ResultFile(name, content), supplied)
    if args.format == "json":
        import json

        tell(json.dumps(import_document(done), indent=2, ensure_ascii=False))
        return
    for sentence in import_sentences(done):
        # A run is a line of its own, indented.
        (tell if sentence.startswith(" ") else tell_wrapped)(sentence)


def drop_import(args: Namespace) -> None:
    """Let an import no longer count."""
    from datetime import UTC, datetime

    from warehouse.database.own_imports.import_records import drop

    dropped = drop(args.root, args.number, datetime.now(UTC))
    tell(f"Import {dropped.number}: nothing of {dropped.file_name} counts any more.")


def run(args: Namespace) -> None:
    """List the imports of the root."""
    from warehouse.answers.answer import Answer
    from warehouse.database.own_imports.import_records import all_imports
    from warehouse.questions.own.told_import import LIST_COLUMNS, import_list

    rows = tuple(import_list(all_imports(args.root)))
    if args.format == "parquet":
        named = (dict(zip(LIST_COLUMNS, row, strict=True)) for row in rows)
        write_records(named, args.format, LIST_COLUMNS)
    else:
        numbers = tuple(kind == "int64" for kind in LIST_COLUMNS.values())
        write(Answer(tuple(LIST_COLUMNS), numbers, rows), args.format)
