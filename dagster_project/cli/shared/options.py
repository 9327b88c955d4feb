"""Options that several commands share.

This module has their names, values and help; no command.
"""

from __future__ import annotations

import os
import re
from argparse import SUPPRESS, ArgumentTypeError
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.contract.metrics import METRIC_NAMES
from pipelines.errors import UsageError
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE
from warehouse.storage.data_paths import DEFAULT_ROOT, ROOT_VARIABLE

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

PARQUET = "parquet"
FORMATS = ("table", "csv", "json", "markdown", "csv-spreadsheet", PARQUET)
TABLE = "table"


def add_root(parser: Parser, *, said_before: bool = False, or_bundled: bool = True) -> None:
    """Add `--root`.

    Args:
        parser: The command's parser.
        or_bundled: True for a command that reads: where no dataset is named or found, the root is
            None, which stands for a copy of the bundled capture.
        said_before: True for a command of a group that has the option itself, whose value is then
            kept.
    """
    here = os.environ.get(ROOT_VARIABLE) or (None if or_bundled else DEFAULT_ROOT)
    otherwise = ", or else a copy of the bundled capture" if or_bundled else ""
    parser.add_argument(
        "--root",
        type=_named,
        default=SUPPRESS if said_before else here,
        metavar="DIR",
        help=f"folder of the dataset, or s3://bucket/prefix; by default {ROOT_VARIABLE}, or else "
        f"{DEFAULT_ROOT}{otherwise}",
    )


def add_version(parser: Parser) -> None:
    """Add `--version` and `--as-of`, which choose the dataset version that is read."""
    parser.add_argument(
        "--version", type=int, metavar="N", help="read dataset version N, not the newest"
    )
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help="read the newest version published by then: 2026-11-01, or an ISO time",
    )


def add_format(parser: Parser, *, said_before: bool = False) -> None:
    """Add `--format`; `said_before` as in `add_root`."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default=SUPPRESS if said_before else TABLE,
        help=f"how to write the rows; by default {TABLE}. csv is data as published; "
        "csv-spreadsheet marks texts that a spreadsheet would take for formulas",
    )


def add_releases(parser: Parser, *, required: bool = True) -> None:
    """Add the two releases of a comparison.

    Args:
        parser: The command's parser.
        required: False for a command that can do without; see `require_both_releases`.
    """
    before, after = "the release before: 2.19, 2.19.1 or `latest`", "the release after"
    if required:
        parser.add_argument("base", metavar="BASE", help=before)
        parser.add_argument("target", metavar="TARGET", help=after)
    else:
        parser.add_argument("base", metavar="BASE", nargs="?", help=before)
        parser.add_argument("target", metavar="TARGET", nargs="?", help=after)


def require_both_releases(args: Namespace) -> None:
    """Raise `UsageError` if one of the two releases was left out, as argparse would."""
    missing = [name.upper() for name in ("base", "target") if getattr(args, name) is None]
    if missing:
        raise UsageError(
            f"the following arguments are required: {', '.join(missing)}; see "
            "`neuron-warehouse compare --help`"
        )


def add_row_filters(parser: Parser) -> None:
    """Add `--model`, `--instance` and `--family`; empty means all."""
    for name, text in (
        ("model", "only models whose name has this text, however it is spaced: llama 2 13b"),
        ("instance", "only instance types starting with this: inf2, inf2.xlarge"),
        ("family", "only this model family: encoder, decoder, ..."),
    ):
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help=text)


def add_metric(parser: Parser) -> None:
    """Add `--metric`; empty means all."""
    parser.add_argument(
        "--metric",
        type=listed_words,
        default=(),
        metavar="NAME,...",
        help=f"only these metrics: {', '.join(METRIC_NAMES)}",
    )


def add_tolerance(parser: Parser) -> None:
    """Add `--tolerance`."""
    parser.add_argument(
        "--tolerance",
        type=_tolerance,
        default=DEFAULT_TOLERANCE,
        metavar="NUMBER",
        help=f"what is called unchanged: 0.05 or 5%%; by default {DEFAULT_TOLERANCE} (2 %%)",
    )


def add_own_prices(parser: Parser) -> None:
    """Add the prices of the user, with which costs are calculated again."""
    parser.add_argument(
        "--usd-per-hour",
        action="append",
        default=[],
        metavar="TYPE=USD",
        help="calculate every cost from throughput and this price: inf2.xlarge=0.35; may be given "
        "several times",
    )
    parser.add_argument(
        "--price-book",
        metavar="FILE",
        help="take the prices from a CSV file: instance_type,usd_per_hour, or a public price list",
    )


def add_accelerator(parser: Parser, *, by_default: str = "") -> None:
    """Add `--accelerator`; empty means all.

    Args:
        parser: The command's parser.
        by_default: Its value where the option is left out.
    """
    parser.add_argument(
        "--accelerator",
        type=str.lower,
        default=by_default,
        metavar="NAME",
        help=f"only this accelerator: {', '.join(ACCELERATOR_NAMES)}",
    )


def listed_words(text: str) -> tuple[str, ...]:
    """Return the words of an argument between its commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tolerance(text: str) -> float:
    number = text.strip()
    is_percent = number.endswith("%")
    try:
        return float(number.removesuffix("%")) / (100 if is_percent else 1)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number; write 0.05 or 5%") from None


def add_python(parser: Parser, help_text: str, *, everything: bool = False) -> None:
    """Add `--python`; None means that none is chosen.

    Args:
        parser: The command's parser.
        help_text: What the version is for.
        everything: True if `all` may be written.
    """
    parser.add_argument(
        "--python",
        type=_python_or_all if everything else _python,
        metavar="3.N",
        help=f"{help_text}: 3.10",
    )


def _python(text: str) -> str:
    """Return the minor version of a Python version."""
    match = re.fullmatch(r"(?:python)?\s*(3\.\d{1,2})(?:\.\d+)?", text.strip().lower(), re.ASCII)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not a version of Python; write 3.10")
    return match[1]


def _python_or_all(text: str) -> str:
    return text if text == "all" else _python(text)


def _named(text: str) -> str:
    """Reject an empty path."""
    if not text.strip():
        raise ArgumentTypeError("it is empty; name a folder, such as `data` or `.`")
    return text
