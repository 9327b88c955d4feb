"""This module reads instance types: the hardware tables of the architecture pages.

A table has an instance type a row, or a property a row and an instance type a column. Put the
reading of both here; what a property's name means lives in `vocabulary`. What a page says of a
single device, in words, is no column of an instance type.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.composition import vocabulary as words
from pipelines.contract import Instance
from pipelines.contract.accelerators import ACCELERATORS
from pipelines.errors import Problem
from pipelines.performance.vocabulary import plain
from pipelines.quality.reading.lists import repeated_instance, unread_hardware

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.contract.accelerators import Accelerator
    from pipelines.extract import ExtractedTable

_FIELDS = frozenset(one.name for one in fields(Instance))
_BY_DEVICE = {one.device.casefold(): one for one in ACCELERATORS}
_DEVICES = "devices"
_NETWORK = "efa_bandwidth_gbps"
_LEAST_KNOWN = 0.5
"""The part of a table's properties that must be known for it to be read as hardware."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """The instance types of a page, and what could not be read."""

    rows: tuple[Instance, ...] = ()
    findings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Property:
    """What the name of a property means; no columns where the name is unknown."""

    name: str
    columns: tuple[str, ...] = ()
    factor: int = 1
    accelerator: Accelerator | None = None


@dataclass(frozen=True, slots=True)
class _Machine:
    """One instance type of a table: its names, its row or its column, and a text a property."""

    names: tuple[str, ...]
    row: int | None
    column: int | None
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A hardware table, whichever way it lies."""

    table_id: str
    properties: tuple[_Property, ...]
    machines: tuple[_Machine, ...]

    @property
    def accelerator(self) -> Accelerator | None:
        """The accelerator whose devices the table counts."""
        return next((one.accelerator for one in self.properties if one.accelerator), None)


def read_hardware(
    page: str, release: str, tables: Sequence[tuple[str, ExtractedTable]]
) -> Hardware:
    """Read the hardware tables of a page; tables of another kind stay as published.

    Args:
        page: Our name for the page.
        release: The docs release of the page.
        tables: The page's tables, each with its `table_id`.
    """
    sheets = [sheet for name, table in tables if (sheet := _sheet(name, table))]
    rows: list[Instance] = []
    findings = [] if sheets or not tables else [_no_hardware(page, tables)]
    for sheet in sheets:
        findings += _unknown_properties(page, sheet)
        for machine in sheet.machines:
            values, unread = _values(page, sheet, machine)
            findings += unread
            rows += _instances(release, sheet, machine, values)
    kept, repeated = without_repeated(rows)
    return Hardware(kept, (*findings, *repeated))


def without_repeated(rows: Iterable[Instance]) -> tuple[tuple[Instance, ...], tuple[Problem, ...]]:
    """Return the first row of each instance type, and a finding for each further one."""
    first: dict[str, Instance] = {}
    findings = []
    for row in rows:
        known = first.get(row.instance_type)
        if known is None:
            first[row.instance_type] = row
        else:
            where = f"table {row.table_id}, {row.instance_type}"
            expected = f"no second description; that of table {known.table_id} is published"
            findings.append(Problem(repeated_instance.RULE, where, row.instance_type, expected, ""))
    return tuple(first.values()), tuple(findings)


def _sheet(table_id: str, table: ExtractedTable) -> _Sheet | None:
    if not table.header:
        return None
    if plain(table.header[0]) == words.INSTANCE_HEADER:
        return _upright(table_id, table)
    names = [row[0].text for row in table.rows if row]
    known = [name for name in names if _property(name).columns]
    if len(known) < _LEAST_KNOWN * len(names) or not known:
        return None
    return _transposed(table_id, table)


def _upright(table_id: str, table: ExtractedTable) -> _Sheet:
    machines = (
        _Machine(_names(row[0].text), number, None, tuple(cell.text for cell in row[1:]))
        for number, row in enumerate(table.rows)
        if row
    )
    return _Sheet(table_id, tuple(map(_property, table.header[1:])), tuple(machines))


def _transposed(table_id: str, table: ExtractedTable) -> _Sheet:
    # A row of empty cells is a heading above the rows below it: `Compute`, `Memory`.
    rows = [row for row in table.rows if any(cell.text for cell in row[1:])]
    machines = (
        _Machine(
            _names(name), None, at, tuple(row[at].text if at < len(row) else "" for row in rows)
        )
        for at, name in enumerate(table.header)
        if at
    )
    return _Sheet(table_id, tuple(_property(row[0].text) for row in rows), tuple(machines))


def _names(text: str) -> tuple[str, ...]:
    """Return the instance types of a cell such as `trn2.48xlarge / trn2u.48xlarge`."""
    return tuple(part.strip().lower() for part in text.split(" / ") if part.strip())


def _property(name: str) -> _Property:
    text = plain(name)
    if devices := words.DEVICES_PROPERTY.fullmatch(text):
        return _Property(name, (_DEVICES,), accelerator=_BY_DEVICE[devices["device"]])
    if flops := words.FLOPS_PROPERTY.fullmatch(text):
        end = "_sparse_tflops" if flops["sparse"] else "_tflops"
        columns = tuple(f"{one}{end}" for one in flops["types"].split("/"))
        factor = words.FLOPS_FACTORS[flops["unit"]]
        return _Property(name, columns if _FIELDS.issuperset(columns) else (), factor)
    known = (one.column for one in words.PROPERTIES if one.form.fullmatch(text))
    return _Property(name, tuple(known))


def _values(
    page: str, sheet: _Sheet, machine: _Machine
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return an instance type's values by column; what is not printed is None."""
    values: dict[str, Any] = {}
    findings = []
    for one, published in zip(sheet.properties, machine.texts, strict=False):
        text = published.removeprefix(words.MOST).strip()
        if not one.columns or text in words.NO_VALUE:
            continue
        number = _number(text, one)
        if number is None:
            where = f"page {page}, table {sheet.table_id}, {machine.names}, {one.name!r}"
            findings.append(_unread(where, published, "a number"))
            continue
        values |= dict.fromkeys(one.columns, number)
        if _NETWORK in one.columns:
            values["efa_bandwidth_is_most"] = text != published
    return values, tuple(findings)


def _number(text: str, one: _Property) -> int | float | None:
    """Return a figure in the unit of its columns, or None where the text is no such number."""
    if not words.NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", "")) * one.factor  # exact: 20.8 PFLOPS are 20,800 TFLOPS
    if one.columns[0] not in words.WHOLE_NUMBERS:
        return float(number)
    return int(number) if number == int(number) else None


def _instances(
    release: str, sheet: _Sheet, machine: _Machine, values: Mapping[str, Any]
) -> Iterator[Instance]:
    accelerator = sheet.accelerator
    if accelerator is None:
        return
    devices = values.get(_DEVICES)
    facts: dict[str, Any] = {
        **dict.fromkeys(_FIELDS),
        **values,
        "release": release,
        "accelerator": accelerator.name,
        "device": accelerator.device,
        "neuron_cores": None if devices is None else devices * accelerator.cores_per_device,
        "table_id": sheet.table_id,
        "row": machine.row,
        "column": machine.column,
    }
    for name in machine.names:
        yield Instance(**{**facts, "instance_type": name})


def _unknown_properties(page: str, sheet: _Sheet) -> Iterator[Problem]:
    where = f"page {page}, table {sheet.table_id}"
    for one in sheet.properties:
        if not one.columns:
            yield _unread(where, one.name, "a known property of an instance type")
    if sheet.accelerator is None:
        devices = ", ".join(one.device for one in ACCELERATORS)
        yield _unread(where, "no known device", f"a count of devices of {devices}")
    if not all(machine.names for machine in sheet.machines):
        yield _unread(where, "an empty cell", "the name of an instance type")


def _no_hardware(page: str, tables: Sequence[tuple[str, ExtractedTable]]) -> Problem:
    headers = "; ".join(", ".join(table.header) for _, table in tables)
    return _unread(f"page {page}", headers, "a table of instance types")


def _unread(where: str, observed: str, expected: str) -> Problem:
    remedy = f"add it to {words.FILE}; the text stays in published_cells"
    return Problem(unread_hardware.RULE, where, observed, expected, remedy)
