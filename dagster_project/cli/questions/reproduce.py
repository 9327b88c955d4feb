"""`neuron-warehouse reproduce`: how one published figure was measured. Imports no Dagster.

This module has the command's options and help. What the pages say is read in
`warehouse.questions.reproducing`; whether a link leads anywhere, in `pipelines.sources.live.links`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import TABLE, add_format, add_root, add_version
from dagster_project.cli.shared.output import tell, write
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser
    from warehouse.questions.reproducing.recipe import Recipe

EPILOG = """examples:
  neuron-warehouse reproduce 6fc47c37
  neuron-warehouse reproduce 6fc47c37 --pin requirements > requirements.txt
  neuron-warehouse reproduce 6fc47c37 --check
  neuron-warehouse reproduce 6fc47c37 --format json

`advise` and `history` print the names of benchmarks; the start of one will do. Scripts are those of
the oldest release that prints the measurement. Only --check asks other sites."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=reproduce)
    parser.add_argument(
        "benchmark", metavar="BENCHMARK", help="the benchmark_id of a row, or its start"
    )
    parser.add_argument(
        "--pin",
        choices=("requirements", "constraints", "apt"),
        help="print the packages of the measured SDK as pins, and nothing else",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="ask for each script, politely, whether its link is dead",
    )
    add_root(parser)
    add_version(parser)
    add_format(parser)


def reproduce(args: Namespace) -> None:
    """Print what a benchmark was measured with, or the pins of its packages."""
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.questions.reproducing import told_recipe
    from warehouse.questions.reproducing.recipe import read_recipe

    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        recipe = read_recipe(connection, args.benchmark)
    if args.pin:
        _print_pins(recipe, args.pin)
        return
    if args.check:
        recipe = _checked(recipe)
    if args.format != TABLE:
        write(told_recipe.recipe_table(recipe), args.format)
        return
    for line in told_recipe.recipe_lines(recipe):
        tell(line)


def _print_pins(recipe: Recipe, form: str) -> None:
    from warehouse.packages.differences import pins
    from warehouse.questions.reproducing.told_recipe import packages_remark

    if not recipe.packages:
        raise UsageError(packages_remark(recipe))
    measured = f" (measured on {recipe.measured_release})"
    beside = "" if recipe.listed == recipe.measured_release else measured
    tell(f"# Neuron SDK {recipe.listed}, {recipe.accelerator}{beside}")
    for one in recipe.other_packages:
        tell(f"# {one.package} {one.version} is for another version of the framework")
    tell(pins(recipe.packages, form).removesuffix("\n"))


def _checked(recipe: Recipe) -> Recipe:
    """Return the recipe with what the scripts' sites answer."""
    from pipelines.sources.live.links import link_state
    from pipelines.sources.politeness import politeness_from_environment

    rules = politeness_from_environment()
    scripts = []
    for script in recipe.scripts:
        state, reason = link_state(script.to_open, rules)
        scripts.append(replace(script, state=state, reason=reason))
    return replace(recipe, scripts=tuple(scripts))
