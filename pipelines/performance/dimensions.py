"""What a cell that describes a run says: a reader for each dimension of the vocabulary.

This module decides which columns of `benchmarks` a cell fills. A dimension needs a reader of its
own only where its column's type does not say how to read it. How a text is read lives in
`cell_values` and `known_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from pipelines.contract import BENCHMARKS
from pipelines.extract import Cell
from pipelines.performance import cell_values as values
from pipelines.performance.column_kinds import TRAINING_DATA_TYPES
from pipelines.performance.columns.words import FIELDS
from pipelines.performance.known_words import Remark, Remarks, read_word
from pipelines.performance.measured_release import restore_release
from pipelines.performance.table_facts import TableFacts
from pipelines.performance.vocabulary import HEADER_FRAMEWORKS, WORDS
from pipelines.quality.reading.cells import malformed_version
from pipelines.sources.site import PUBLIC_SITE


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell says: values of columns of `benchmarks`, and what is worth knowing of them.

    `kept` says that the text belongs to `attributes` as well, since no column holds it.
    """

    columns: Mapping[str, Any]
    remarks: Remarks = ()
    kept: bool = False


TextReader = Callable[[str], Read]
Reader = Callable[[Cell, TableFacts], Read]


def read_dimension(field: str, cell: Cell, facts: TableFacts) -> Read:
    """Return what a cell says of a run.

    Args:
        field: What its column is.
        cell: The cell.
        facts: Its table.

    Raises:
        UnreadableError: The text is not what the column is made of.
    """
    in_table = _READERS_IN_TABLE.get(field)
    return in_table(cell, facts) if in_table else _read_text(field, cell.text)


@lru_cache(maxsize=10_000)
def _read_text(field: str, text: str) -> Read:
    """Return what a text says wherever it stands: a page repeats few texts many times."""
    return _TEXT_READERS[field](text)


def _text(field: str) -> TextReader:
    return lambda text: Read({field: text or None})


def _integer(field: str) -> TextReader:
    return lambda text: Read({field: values.integer(text)})


def _word(field: str) -> TextReader:
    def read(text: str) -> Read:
        word, remarks = read_word(field, text)
        return Read({field: word}, remarks)

    return read


def _framework(text: str) -> Read:
    name, version, remarks = values.framework(text)
    return Read({"framework": name, "framework_version": version}, remarks)


def _framework_version(text: str) -> Read:
    name = HEADER_FRAMEWORKS["framework_version"]
    return Read({"framework": name, "framework_version": values.version(text)})


def _details(text: str) -> Read:
    length = values.sequence_length_of(text)
    return Read({"model_details": text or None, "sequence_length": length})


def _topology(text: str) -> Read:
    found = values.degrees(text)
    degrees = {"tp_degree": found.tp, "dp_degree": found.dp, "pp_degree": found.pp}
    return Read({"topology": text or None, **degrees})


def _data_types(text: str) -> Read:
    types, remarks = values.data_types(text)
    return Read({"model_data_types": types}, remarks)


def _scripts(cell: Cell, facts: TableFacts) -> Read:
    path = facts.page.url.partition("/en/")[2]
    base = f"{PUBLIC_SITE}/en/{path}"
    return Read({"scripts": tuple(urljoin(base, link) for link in cell.links)})


def _training_data_types(cell: Cell, facts: TableFacts) -> Read:
    """Read the data type of autocast, or those of the model where no other column has them."""
    autocast = values.autocast_of(cell.text)
    if autocast is not None:
        word, remarks = read_word("autocast_data_type", autocast)
        return Read({"autocast_data_type": word}, remarks)
    if "model_data_types" in facts.slots:
        return Read({}, kept=bool(cell.text))
    return _data_types(cell.text)


def _measured_release(cell: Cell, facts: TableFacts) -> Read:
    text = values.measured_release(cell.text)
    restored = restore_release(text or "", facts.page.release, facts.page.measured)
    if text is None or restored is None:
        return Read({"measured_release": text})
    remark = Remark(malformed_version.RULE, text, restored)
    return Read({"measured_release": restored}, (remark,))


def _plain_reader(field: str) -> TextReader:
    """Return how a column is read by its type: a number, a word of an open set, or a text."""
    (column,) = (column for column in BENCHMARKS.columns if column.name == field)
    if column.type is int:
        return _integer(field)
    return _word(field) if field in WORDS else _text(field)


# What these cells say depends on their links, their page or the other columns, too.
_READERS_IN_TABLE: Mapping[str, Reader] = {
    "scripts": _scripts,
    "measured_release": _measured_release,
    TRAINING_DATA_TYPES: _training_data_types,
}
_OWN_READERS: Mapping[str, TextReader] = {
    "model_details": _details,
    "framework": _framework,
    "framework_version": _framework_version,
    "instance_types": lambda text: Read({"instance_types": values.instance_types(text)}),
    "topology": _topology,
    "model_data_types": _data_types,
}
_TEXT_READERS: Mapping[str, TextReader] = {
    field: _OWN_READERS.get(field) or _plain_reader(field)
    for field in FIELDS
    if field not in _READERS_IN_TABLE
}
