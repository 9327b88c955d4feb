"""Instance types: the hardware tables of the architecture pages, typed.

This module reads such a table's rows. What its headers mean lives in `composition.vocabulary`; what
a page says of a single device, in words, is no column of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from pipelines.composition import vocabulary as known
from pipelines.contract import Instance
from pipelines.contract.accelerators import CORES_OF_A_DEVICE, accelerator_of_device
from pipelines.errors import Problem
from pipelines.performance.vocabulary import plain
from pipelines.quality.reading.cells import unreadable_value
from pipelines.quality.reading.tables import unknown_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.extract import ExtractedTable
    from pipelines.quality.rule import Rule

_FIRST_COLUMN = "instance size"
_WHOLE = {"devices", "vcpus"}


@dataclass(slots=True)
class Hardware:
    """The instance types of a page, and what could not be read."""

    page: str
    release: str
    rows: list[Instance] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What a table's columns are: each one's fields of `instances`, and its devices' kind."""

    fields: tuple[tuple[str, ...], ...]
    device: str


def read_hardware(
    page: str, release: str, tables: Sequence[tuple[str, ExtractedTable]]
) -> Hardware:
    """Read the hardware tables of a page; tables of another kind are left alone."""
    hardware = Hardware(page, release)
    for table_id, table in tables:
        if not table.header or plain(table.header[0]) != _FIRST_COLUMN:
            continue
        columns = _columns(hardware, table_id, table)
        for number, row in enumerate(table.rows):
            values = _values(hardware, (table_id, number, table.header), columns, row)
            values["table_id"], values["row"] = table_id, number
            if values.get("instance_type") and values.get("device"):
                hardware.rows.append(Instance(**values))
    return hardware


def _columns(hardware: Hardware, table_id: str, table: ExtractedTable) -> _Columns:
    device = ""
    named: list[tuple[str, ...]] = []
    for header in table.header:
        flops = known.FLOPS_HEADER.fullmatch(header)
        devices = known.DEVICES_HEADER.fullmatch(header)
        column = known.HARDWARE_COLUMNS.get(plain(header))
        if flops:
            named.append(tuple(f"{one.lower()}_tflops" for one in flops["types"].split("/")))
        elif devices:
            device = devices["device"]
            named.append(("devices",))
        else:
            named.append((column,) if column else ())
        strangers = set(named[-1]) - {one.name for one in fields(Instance)}
        if not named[-1] or strangers:
            _refuse(hardware, unknown_header.RULE, f"table {table_id}", header, "a known header")
            named[-1] = ()
    if device not in CORES_OF_A_DEVICE:
        expected = f"devices of {', '.join(CORES_OF_A_DEVICE)}"
        _refuse(hardware, unknown_header.RULE, f"table {table_id}", device, expected)
        device = ""
    return _Columns(tuple(named), device)


def _values(
    hardware: Hardware,
    place: tuple[str, int, Sequence[str]],
    columns: _Columns,
    row: Sequence[Any],
) -> dict[str, Any]:
    """Return a row's values by column of `instances`; what is not printed is None."""
    values: dict[str, Any] = dict.fromkeys(one.name for one in fields(Instance))
    values |= {"release": hardware.release, "device": columns.device}
    for header, names, cell in zip(place[2], columns.fields, row, strict=False):
        if names == ("instance_type",):
            values["instance_type"] = cell.text.lower()
            continue
        if not names:
            continue
        text = cell.text.removeprefix(known.MOST).strip()
        if names == ("efa_bandwidth_gbps",) and text not in known.NO_VALUE:
            values["efa_bandwidth_is_most"] = text != cell.text
        try:
            number = None if text in known.NO_VALUE else float(text.replace(",", ""))
        except ValueError:
            where = f"table {place[0]}, row {place[1] + 1}, column {header!r}"
            _refuse(hardware, unreadable_value.RULE, where, cell.text, "a number")
            continue
        values |= {
            name: int(number) if name in _WHOLE and number is not None else number for name in names
        }
    if columns.device:
        values["accelerator"] = accelerator_of_device(columns.device)
    if values["devices"] is not None and columns.device:
        values["neuron_cores"] = values["devices"] * CORES_OF_A_DEVICE[columns.device]
    return values


def _refuse(hardware: Hardware, rule: Rule, where: str, observed: str, expected: str) -> None:
    remedy = f"add it to {known.FILE}, or publish it as it stands with --allow-unknown"
    where = f"page {hardware.page}, {where}"
    hardware.problems.append(Problem(rule, where, observed, expected, remedy))
