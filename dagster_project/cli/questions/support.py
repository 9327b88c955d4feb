"""`neuron-warehouse support`: the first and last SDK release of what one runs. Imports no Dagster.

This module has the command's options and help. Finding the releases lives in
`warehouse.packages.supporting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import (
    TABLE,
    add_accelerator,
    add_format,
    add_python,
    add_root,
    add_version,
)
from dagster_project.cli.shared.output import tell, write_texts

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse support
  neuron-warehouse support --accelerator inf1 --framework 'pytorch 1.13' --python 3.8
  neuron-warehouse support --accelerator inf1 --framework pytorch
  neuron-warehouse support --package neuronx-cc --python all
  neuron-warehouse support --package all --accelerator trn3 --format csv

It is put together from package lists, support tables and hardware pages. A release whose own table
does not name a version of a package takes what the nearest tables before and after it say of the
same version, where these agree; where they do not, nothing clear is said.

contradictions: lists-differ (other docs releases leave the version out of that release's list),
python-table-of-other-version (the release's own table names other versions of the package),
not-on-hardware-page (the release's hardware pages do not have the accelerator)."""
_FEW = 5
"""So many answers are also said in sentences."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    add_accelerator(parser, by_default="all")
    parser.add_argument(
        "--framework",
        default="",
        metavar="TEXT",
        help="a framework, with or without a version: 'pytorch 1.13'; `all` for a line each",
    )
    parser.add_argument(
        "--package", default="", metavar="NAME", help="a package; `all` for a line each"
    )
    add_python(parser, "a version of Python; `all` for a line each", everything=True)
    add_root(parser)
    add_version(parser)
    add_format(parser)


def run(args: Namespace) -> None:
    """Print the first and last release of what the options name."""
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.packages.support_words import (
        SUPPORT_COLUMNS,
        support_document,
        support_rows,
        support_sentence,
    )
    from warehouse.packages.supporting import asked_support, supported_ranges

    question = asked_support(args.accelerator, args.package, args.framework, args.python or "")
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        answer = supported_ranges(connection, question)
    if args.format == "json":
        import json

        tell(json.dumps(support_document(answer), indent=2, ensure_ascii=False))
        return
    sentences = [support_sentence(one, answer) for one in answer.ranges]
    for sentence in sentences if len(sentences) <= _FEW else ():
        tell(sentence, beside=args.format != TABLE)
    if args.format == TABLE and len(sentences) <= _FEW:
        tell("")
    names: tuple[str, ...] = SUPPORT_COLUMNS
    rows = support_rows(answer)
    if args.format == TABLE:
        # People need no empty columns; programs need the same columns always.
        filled = [at for at in range(len(names)) if any(row[at] for row in rows)]
        names = tuple(names[at] for at in filled)
        rows = [tuple(row[at] for at in filled) for row in rows]
    write_texts(names, rows, args.format)
