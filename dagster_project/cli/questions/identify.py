"""`neuron-warehouse identify`: which SDK release installed packages are of. Imports no Dagster.

This module has the command's options and help, and reads the text. Finding the release lives in
`warehouse.packages.identifying`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.given_files import STANDARD_INPUT, given_bytes
from dagster_project.cli.shared.options import (
    TABLE,
    add_accelerator,
    add_format,
    add_python,
    add_root,
    add_version,
)
from dagster_project.cli.shared.output import tell, write_texts
from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.errors import refuse_unknown

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  pip freeze | neuron-warehouse identify -
  neuron-warehouse identify requirements.txt --python 3.10
  dpkg -l | neuron-warehouse identify - --format json
  neuron-warehouse identify

The text may be the output of pip freeze, pip list, conda list, dpkg -l, apt list or rpm -qa, a
requirements or lock file, or anything with versions in it, such as a traceback. Epochs, builds
(+56dc5a86), Debian revisions, and hyphens or underscores count for nothing.

standing of a package: fits, older or newer than what the release lists, elsewhere (only other
releases list it), unlisted (no release has this version), unknown (no release has the package)."""
_LARGEST = 64 * 2**20


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="a file with packages and versions; - for standard input; without it, what is "
        "installed here",
    )
    add_accelerator(parser)
    add_python(parser, "the Python to move on with; by default what the text says")
    add_root(parser)
    add_version(parser)
    add_format(parser)


def run(args: Namespace) -> None:
    """Print the releases that the packages of a text are of."""
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.packages.identifying.asking import identify_text
    from warehouse.packages.identifying.wording import COLUMNS

    if args.accelerator:
        refuse_unknown("accelerator", args.accelerator, ACCELERATOR_NAMES)
    where, text = _text(args.file)
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        software = identify_text(
            connection, text, where, accelerator=args.accelerator, python=args.python or ""
        )
    if args.format == "json":
        import json

        tell(json.dumps(software.document(), indent=2, ensure_ascii=False))
        return
    for sentence in software.sentences():
        tell(sentence, beside=args.format != TABLE)
    if args.format == TABLE:
        tell("")
    write_texts(COLUMNS, software.rows(), args.format)


def _text(name: str | None) -> tuple[str, str]:
    """Return what the text is called, and the text."""
    from warehouse.packages.identifying.read_lists import decoded

    if name is None:
        from warehouse.packages.identifying.this_environment import environment_text

        return "this environment", environment_text()
    where = "standard input" if name == STANDARD_INPUT else repr(name)
    return where, decoded(given_bytes(name, _LARGEST, "give its package lines"))
