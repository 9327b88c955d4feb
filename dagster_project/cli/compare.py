"""`neuron-warehouse compare`: what changed between two releases. Imports no Dagster.

Here belong the command's options, help, and exit code. Asking stands in `warehouse.comparison`,
telling in `warehouse.comparison_report`.
"""

from __future__ import annotations

import os
import shutil
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.options import DEFAULT_ROOT, AsOf, Format, OutputFormat, Root, Version

if TYPE_CHECKING:
    from warehouse.comparison import Comparison
    from warehouse.comparison_rows import Row

EPILOG = """Examples:

  neuron-warehouse compare 2.19 2.20

  neuron-warehouse compare 2.18 2.20 --axis measured --model bert --metric throughput

  neuron-warehouse compare 2.17.0 2.18.0 --only revised,removed

  neuron-warehouse compare 2.20 latest --fail-on regressed --format csv

A minor stands for its latest patch; on the measured axis, for its patches together. The rules are
told in docs/comparing.md."""

_WIDTH = 100


class Axis(StrEnum):
    """What a release means."""

    PUBLISHED = "published"
    MEASURED = "measured"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="compare", epilog=EPILOG)(compare)


def compare(  # noqa: PLR0913 - one parameter an option
    base: Annotated[str, typer.Argument(help="The release before: 2.19, 2.19.1 or `latest`.")],
    target: Annotated[str, typer.Argument(help="The release after.")],
    axis: Annotated[
        Axis,
        typer.Option(help="Compare what two releases' pages say, or what was measured on two."),
    ] = Axis.PUBLISHED,
    model: Annotated[str, typer.Option(help="Only models whose name holds this text.")] = "",
    instance: Annotated[
        str, typer.Option(help="Only instance types that begin so: inf2, inf2.xlarge.")
    ] = "",
    metric: Annotated[str, typer.Option(help="Only this metric: throughput, latency, …")] = "",
    accelerator: Annotated[str, typer.Option(help="Only inf1, inf2 or trn1.")] = "",
    family: Annotated[str, typer.Option(help="Only this model family: encoder, decoder, …")] = "",
    only: Annotated[
        str, typer.Option(metavar="VERDICT,…", help="Only these verdicts: improved, regressed, …")
    ] = "",
    tolerance: Annotated[
        float, typer.Option(help="What is called unchanged; 0.02 means 2 %.")
    ] = 0.02,
    fail_on: Annotated[
        str,
        typer.Option(
            metavar="VERDICT,…",
            help="End with exit code 1 where a row comes to one of these, but for rows with an "
            "error flag.",
        ),
    ] = "",
    root: Root = DEFAULT_ROOT,
    version: Version = None,
    as_of: AsOf = None,
    form: OutputFormat = Format.TABLE,
) -> None:
    """Tell what changed between two releases."""
    from warehouse.comparison import (  # noqa: PLC0415 - see the package's words
        Comparison,
        Filters,
        Question,
    )
    from warehouse.reading import open_warehouse, resolve_version  # noqa: PLC0415 - as above

    filters = Filters(model, instance, metric, accelerator, family, _listed(only))
    question = Question(base, target, axis.value, tolerance, filters)
    failing = Filters(only=_listed(fail_on)).only
    with open_warehouse(root, resolve_version(root, version, as_of)) as connection:
        # The dataset is small: a second thread costs more than it brings.
        connection.execute("SET threads = 1")
        failed = _tell(Comparison(connection, question), form, failing)
    if failed:
        raise typer.Exit(1)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tell(comparison: Comparison, form: Format, failing: tuple[str, ...]) -> bool:
    """Print the answer; tell whether a believable row came to one of the failing verdicts."""
    from warehouse.comparison_rows import COLUMNS, Row, believable  # noqa: PLC0415 - as above

    rows: list[Row] = []
    if form is Format.TABLE or failing:
        rows = [Row(*values) for values in comparison.fetch(COLUMNS)]
    if form is Format.TABLE:
        _print_report(comparison, rows)
    else:
        _write_rows(comparison, form)
    return any(row.verdict in failing for row in believable(rows))


def _print_report(comparison: Comparison, rows: list[Row]) -> None:
    from warehouse.comparison_report import report  # noqa: PLC0415 - see the package's words

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else _WIDTH
    color = terminal and not os.environ.get("NO_COLOR")
    sys.stdout.buffer.write(report(comparison, rows, width=width, color=color).encode())
    sys.stdout.flush()


def _write_rows(comparison: Comparison, form: Format) -> None:
    """Write rows to standard output alone, and what they stand on beside them."""
    from dagster_project.cli.reading import write  # noqa: PLC0415 - brings pyarrow
    from warehouse.comparison_report import heading  # noqa: PLC0415 - see the package's words

    print(heading(comparison), file=sys.stderr)
    answer = comparison.arrow()
    if not answer.num_rows:
        print(comparison.why_empty(), file=sys.stderr)
    write(answer, form)
