"""A recipe in lines for people and as one row for programs.

This module has the words; what the pages say is read in `recipe`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipelines.contract.metrics import METRICS_BY_NAME
from warehouse.comparison.conclusion import number_of
from warehouse.comparison.shown import shown_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from warehouse.questions.reproducing.recipe import Figure, Recipe, Script

_LABEL = 12


def recipe_lines(recipe: Recipe) -> Iterator[str]:
    """Yield the recipe, one line a subject."""
    yield recipe.series
    yield ""
    yield _line("benchmark", f"{recipe.benchmark_id}, printed by {recipe.release}")
    for figure in recipe.figures:
        yield _line("figure", _figure(figure))
    yield _line("SDK", _sdk(recipe))
    yield _line("hardware", _hardware(recipe))
    yield _line("software", _pairs(recipe.software) or "not stated")
    yield _line("settings", _pairs(recipe.settings) or "none stated")
    if recipe.attributes:
        yield _line("also printed", _pairs(recipe.attributes))
    for script in recipe.scripts:
        yield _line("script", _script(script, recipe.scripts_of))
    if not recipe.scripts:
        yield _line("script", "none linked")
    yield _line("page", f"{recipe.url}, table {recipe.table_id}, row {recipe.row}")
    for flag in recipe.flags:
        yield _line("flag", f"{flag.severity} {flag.rule}: {flag.message}")
    yield _line("packages", packages_remark(recipe))


def _line(label: str, text: str) -> str:
    return f"  {label:<{_LABEL}}  {text}"


def _figure(figure: Figure) -> str:
    known = METRICS_BY_NAME.get(figure.metric)
    label = known.label_of(figure.statistic) if known else f"{figure.metric} {figure.statistic}"
    basis = f" ({figure.basis})" if figure.basis else ""
    return f"{label} {shown_figure(figure.value)} {figure.unit}{basis}"


def _sdk(recipe: Recipe) -> str:
    return f"Neuron SDK {recipe.measured_release}" if recipe.measured_release else "not stated"


def _hardware(recipe: Recipe) -> str:
    names = " or ".join(recipe.instance_types)
    if recipe.devices is None or recipe.neuron_cores is None:
        return names
    devices = number_of(recipe.devices, f"{recipe.device or ''} device".strip())
    return f"{names}: {devices}, {number_of(recipe.neuron_cores, 'NeuronCore')}"


def _pairs(values: dict[str, str] | Any) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())


def _script(script: Script, release: str) -> str:
    states = {"there": "it is there", "dead": "dead", "not checked": "not checked"}
    reason = f", {script.reason}" if script.reason else ""
    told = f"{script.to_open} ({states[script.state]}{reason})"
    if script.at_tag is None:
        return f"{told}; no tag: the address is of the newest state, printed by {release}"
    if script.at_tag != script.address:
        return f"{told}; printed by {release} without a tag"
    return told


def packages_remark(recipe: Recipe) -> str:
    """Return whose packages are pinned, and the command that pins them."""
    if recipe.listed is None:
        return f"no page lists those of {recipe.measured_release or 'an SDK that is not stated'}"
    if not recipe.packages:
        return f"no page lists those of {recipe.listed} for {recipe.accelerator}"
    beside = ""
    if recipe.listed != recipe.measured_release:
        beside = f"; no page lists those of {recipe.measured_release}"
    command = f"neuron-warehouse reproduce {recipe.benchmark_id} --pin requirements"
    if recipe.other_packages:
        framework = recipe.software.get("framework", "the framework")
        beside += f" ({len(recipe.other_packages)} more are for other versions of {framework})"
    return f"{len(recipe.packages)} of {recipe.listed}{beside}: {command}"


def recipe_table(recipe: Recipe) -> pa.Table:
    """Return the recipe as one row for programs; maps are lists of names and values."""
    import pyarrow as pa

    def structs(**columns: pa.DataType) -> pa.DataType:
        return pa.list_(pa.struct(list(columns.items())))

    text, number, whole = pa.string(), pa.float64(), pa.int64()
    pairs, packages = structs(name=text, value=text), structs(package=text, version=text)
    types = {
        "instance_types": pa.list_(text),
        "devices": whole,
        "neuron_cores": whole,
        "software": pairs,
        "settings": pairs,
        "attributes": pairs,
        "row": whole,
        "figures": structs(metric=text, statistic=text, value=number, unit=text, basis=text),
        "flags": structs(severity=text, rule=text, message=text, observed=text),
        "scripts": structs(address=text, at_tag=text, state=text, reason=text, to_open=text),
        "packages": packages,
        "other_packages": packages,
    }
    row = _recipe_row(recipe)
    schema = pa.schema([(name, types.get(name, text)) for name in row])
    return pa.Table.from_pylist([row], schema=schema)


def _recipe_row(recipe: Recipe) -> dict[str, Any]:
    row = asdict(recipe)
    for name in ("software", "settings", "attributes"):
        row[name] = [{"name": key, "value": value} for key, value in row[name].items()]
    for script, told in zip(recipe.scripts, row["scripts"], strict=True):
        told["to_open"] = script.to_open
    return row
