"""What a cell that describes a run says: a reader for each dimension of the registry.

This module says which columns of `benchmarks` a cell fills. A dimension needs a reader of its own
only where its column's type does not say how to read it. How a text is read lives in `values`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from pipelines.contract import BENCHMARKS
from pipelines.extract import Cell
from pipelines.performance import cell_values as values
from pipelines.performance.table_facts import PageFacts
from pipelines.performance.vocabulary import CATEGORIES, DIMENSIONS, HEADER_FRAMEWORKS
from pipelines.sources.site import PUBLIC_SITE

Reader = Callable[[Cell, PageFacts], Mapping[str, Any]]


def read_dimension(field: str, cell: Cell, page: PageFacts) -> Mapping[str, Any]:
    """Read a cell into columns of `benchmarks`; a value may be a `values.Doubtful` with a remark.

    Raises `values.UnreadableError`.
    """
    return _READERS[field](cell, page)


def _text(field: str) -> Reader:
    return lambda cell, _: {field: cell.text or None}


def _integer(field: str) -> Reader:
    return lambda cell, _: {field: values.integer(cell.text)}


def _category(field: str) -> Reader:
    return lambda cell, _: {field: values.category(field, cell.text)}


def _scripts(cell: Cell, page: PageFacts) -> Mapping[str, Any]:
    path = page.url.partition("/en/")[2]
    base = f"{PUBLIC_SITE}/en/{path}"
    return {"scripts": tuple(urljoin(base, link) for link in cell.links)}


def _framework(cell: Cell, _: PageFacts) -> Mapping[str, Any]:
    name, version = values.framework(cell.text)
    return {"framework": name, "framework_version": version}


def _framework_version(cell: Cell, _: PageFacts) -> Mapping[str, Any]:
    name = HEADER_FRAMEWORKS["framework_version"]
    return {"framework": name, "framework_version": values.version(cell.text)}


def _details(cell: Cell, _: PageFacts) -> Mapping[str, Any]:
    length = values.sequence_length_of(cell.text)
    return {"model_details": cell.text or None, "sequence_length": length}


def _topology(cell: Cell, _: PageFacts) -> Mapping[str, Any]:
    found = values.degrees(cell.text)
    return {
        "topology": cell.text or None,
        "tp_degree": found.tp,
        "dp_degree": found.dp,
        "pp_degree": found.pp,
    }


def _data_types(cell: Cell, page: PageFacts) -> Mapping[str, Any]:
    if page.kind.workload != "training":
        return {"model_data_types": values.data_types(cell.text)}
    types, autocast = values.training_data_types(cell.text)
    return {"model_data_types": types, "autocast_data_type": autocast}


def _plain_reader(field: str) -> Reader:
    """Return how a column is read by its type: a number, a word of a closed set, or a text."""
    (column,) = (column for column in BENCHMARKS.columns if column.name == field)
    if column.type is int:
        return _integer(field)
    return _category(field) if field in CATEGORIES else _text(field)


_OWN_READERS: Mapping[str, Reader] = {
    "model_details": _details,
    "scripts": _scripts,
    "framework": _framework,
    "framework_version": _framework_version,
    "instance_types": lambda cell, _: {"instance_types": values.instance_types(cell.text)},
    "measured_release": lambda cell, page: {
        "measured_release": values.measured_release(cell.text, page.release)
    },
    "topology": _topology,
    "model_data_types": _data_types,
}
_READERS: Mapping[str, Reader] = {
    field: _OWN_READERS.get(field) or _plain_reader(field)
    for field in {dimension.field for dimension in DIMENSIONS.values()}
}
