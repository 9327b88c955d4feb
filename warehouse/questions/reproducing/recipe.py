"""The recipe behind one benchmark row, as the pages state it.

This module reads it. How it is told lives in `told_recipe`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.errors import UsageError
from pipelines.quality.rows import dead_script
from warehouse.comparison.model_names import nearest
from warehouse.packages.differences import Package, packages_of
from warehouse.schema.quoting import literal
from warehouse.views.question_macros import RUN_SOFTWARE, SETTINGS, UNTAGGED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

LEAST_LETTERS = 4
"""The shortest start of a benchmark's name that may stand for it."""
_ROW = f"""
    SELECT
        benchmark_id, series_id, series, release, measured_release, accelerator, instance_types,
        device, devices, neuron_cores,
        [{", ".join(f"{name}::VARCHAR" for name in RUN_SOFTWARE)}],
        [{", ".join(f"{name}::VARCHAR" for name in SETTINGS)}],
        attributes, url, page, table_id, row, scripts_of, scripts, listed_release
    FROM reproduce({{benchmark}})
    LIMIT 1
"""  # noqa: S608 - the contract's names
_FIGURES = """
    SELECT h.metric, h.statistic, h.value, h.unit, h.basis
    FROM history AS h
    JOIN measurements AS m USING (release, benchmark_id, metric, statistic)
    WHERE benchmark_id = {benchmark} AND release = {release}
    ORDER BY m."column"
"""
_FLAGS = """
    SELECT severity, rule, message, observed FROM quality_flags
    WHERE benchmark_id = {benchmark} AND release = {release}
    ORDER BY ALL
"""
_FRAMEWORK_PACKAGES = {
    "pytorch": ("torch-neuron", "torch-neuronx", "torch_xla", "torch-xla"),
    "tensorflow": ("tensorflow-neuron", "tensorflow-neuronx"),
}
"""The packages of a framework, whose versions start with the framework's own."""
_TAGGED = re.compile(r"/(?:blob|tree|en)/v?\d+\.\d+\.\d+/")


@dataclass(frozen=True, slots=True)
class Script:
    """A script or tutorial of a row.

    Attributes:
        address: The address as printed by the oldest release that prints the measurement.
        at_tag: The same at the release's tag; None where its repository has no such tags.
        state: `there`, `dead`, or `not checked`.
        reason: What the state is known from.
    """

    address: str
    at_tag: str | None
    state: str
    reason: str

    @property
    def to_open(self) -> str:
        """The address to follow."""
        return self.at_tag or self.address


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure of the row."""

    metric: str
    statistic: str
    value: float
    unit: str
    basis: str | None


@dataclass(frozen=True, slots=True)
class RowFlag:
    """A quality flag of the row."""

    severity: str
    rule: str
    message: str
    observed: str | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that the pages say of how a row was measured.

    Attributes:
        scripts_of: The release whose page printed the scripts.
        listed: The SDK release whose packages are meant: the one that was measured, or where no
            page lists it, the newest listed patch of its minor; None where no release lists one.
        packages: Its packages for the row's accelerator and its framework's version.
        other_packages: Those that it lists for other versions of the framework.
    """

    benchmark_id: str
    series_id: str
    series: str
    release: str
    measured_release: str | None
    accelerator: str
    instance_types: tuple[str, ...]
    device: str | None
    devices: int | None
    neuron_cores: int | None
    software: Mapping[str, str]
    settings: Mapping[str, str]
    attributes: Mapping[str, str]
    url: str
    page: str
    table_id: str
    row: int
    figures: tuple[Figure, ...]
    flags: tuple[RowFlag, ...]
    scripts_of: str
    scripts: tuple[Script, ...]
    listed: str | None
    packages: tuple[Package, ...]
    other_packages: tuple[Package, ...]


def find_benchmark(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the benchmark whose name starts with a text.

    Raises:
        UsageError: None does, or several do.
    """
    hint = "`advise`, `history` and `sql` print benchmark_id"
    if len(text) < LEAST_LETTERS:
        raise UsageError(f"{text!r} is no benchmark's name; {hint}")
    rows = connection.execute(
        "SELECT DISTINCT benchmark_id FROM benchmarks "  # noqa: S608 - quoted
        f"WHERE starts_with(benchmark_id, {literal(text.lower())}) ORDER BY ALL LIMIT 4"
    ).fetchall()
    found = [name for (name,) in rows]
    if not found:
        known = connection.execute("SELECT benchmark_id FROM benchmarks").fetchall()
        near = ", ".join(nearest(text, (name for (name,) in known), 3))
        raise UsageError(f"unknown benchmark {text!r} (nearest: {near}); {hint}")
    if len(found) > 1 and text.lower() not in found:
        raise UsageError(f"{text!r} could be {', '.join(found[:3])}; write more of it")
    return str(found[0])


def read_recipe(connection: duckdb.DuckDBPyConnection, text: str) -> Recipe:
    """Return what the pages say of a benchmark.

    Raises:
        UsageError: No benchmark's name starts with the text, or several do.
    """
    benchmark = find_benchmark(connection, text)
    (row,) = connection.execute(_ROW.format(benchmark=literal(benchmark))).fetchall()
    (
        _, series_id, series, release, measured, accelerator, instances, device, devices, cores,
        software, settings, attributes, url, page, table, number, scripts_of, addresses, listed,
    ) = row  # fmt: skip
    place = {"benchmark": literal(benchmark), "release": literal(release)}
    flags = tuple(RowFlag(*one) for one in connection.execute(_FLAGS.format(**place)).fetchall())
    stated = _stated(RUN_SOFTWARE, software)
    return Recipe(
        benchmark,
        series_id,
        series,
        release,
        measured,
        accelerator,
        tuple(instances),
        device,
        devices,
        cores,
        stated,
        _stated(SETTINGS, settings),
        dict(attributes or {}),
        url,
        page,
        table,
        number,
        tuple(Figure(*one) for one in connection.execute(_FIGURES.format(**place)).fetchall()),
        flags,
        scripts_of,
        tuple(_scripts(addresses, scripts_of, flags)),
        listed,
        *_fitting(packages_of(connection, listed, accelerator) if listed else (), stated),
    )


def _stated(names: tuple[str, ...], values: list[Any]) -> dict[str, str]:
    pairs = zip(names, values, strict=True)
    return {name: value for name, value in pairs if value not in (None, "")}


def _scripts(addresses: list[str], release: str, flags: tuple[RowFlag, ...]) -> Iterator[Script]:
    """Yield the row's scripts; those that a rule found dead are known to be."""
    dead = {flag.observed for flag in flags if flag.rule == dead_script.RULE.name}
    for address in dict.fromkeys(addresses):
        tagged = re.sub(UNTAGGED, rf"\g<1>v{release}/", address)
        at_tag = tagged if tagged != address or _TAGGED.search(address) else None
        is_dead = address in dead
        state = "dead" if is_dead else "not checked"
        yield Script(address, at_tag, state, f"flag {dead_script.RULE.name}" if is_dead else "")


def _fitting(
    packages: tuple[Package, ...], software: Mapping[str, str]
) -> tuple[tuple[Package, ...], tuple[Package, ...]]:
    """Return packages, and those that are left out as they are for another framework's version.

    A release lists `torch-neuronx` for several versions of PyTorch, and the row ran one of them.
    Where none fits the row's version, none is left out.
    """
    family = _FRAMEWORK_PACKAGES.get(software.get("framework", "").lower(), ())
    wanted = f"{software.get('framework_version', '')}."
    of_framework = [one for one in packages if one.package in family]
    others = tuple(one for one in of_framework if not one.version.startswith(wanted))
    if len(others) == len(of_framework):
        return packages, ()
    return tuple(one for one in packages if one not in others), others
