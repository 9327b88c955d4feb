"""What a cell that describes a run says: a reader for each dimension of the vocabulary.

This module decides which columns of `benchmarks` a cell fills. A dimension needs a reader of its
own only where its column's type does not say how to read it. How a text is read lives in
`cell_values` and `known_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

from pipelines.contract import BENCHMARKS
from pipelines.performance import cell_values as values
from pipelines.performance.column_kinds import TRAINING_DATA_TYPES, DimensionColumn, Reading
from pipelines.performance.columns.words import FIELDS
from pipelines.performance.known_words import Remark, Remarks, read_word
from pipelines.performance.measured_release import restore_release
from pipelines.performance.vocabulary import HEADER_FRAMEWORKS, WORDS
from pipelines.quality.reading.cells import malformed_version
from pipelines.sources.site import PUBLIC_SITE

if TYPE_CHECKING:
    from pipelines.extract import Cell
    from pipelines.performance.table_facts import TableFacts


@dataclass(frozen=True, slots=True)
class Read:
    """What a cell says: values of columns of `benchmarks`, and what is worth knowing of them.

    `kept` says that the text belongs to `attributes` as well, since no column holds it. `value` is
    the figure of a cell that is one.
    """

    columns: Mapping[str, Any]
    remarks: Remarks = ()
    kept: bool = False
    value: float | None = None


TextReader = Callable[[str], Read]
Context = tuple[Any, ...]
"""What of a cell's links, page or table decides what its text says; hashable."""


def context_of(cell: Cell, column: Reading | None, facts: TableFacts) -> Context:
    """Return what decides, beside its text and its column, what a cell says: mostly nothing."""
    reader = _READERS_IN_CONTEXT.get(column)
    return reader.context(cell, facts) if reader else ()


def read_dimension(column: DimensionColumn, text: str, context: Context) -> Read:
    """Return what a text says of a run.

    Args:
        column: What its column is.
        text: The text of the cell.
        context: What `context_of` returned.

    Raises:
        UnreadableError: The text is not what the column is made of.
    """
    reader = _READERS_IN_CONTEXT.get(column)
    return reader.read(text, *context) if reader else _TEXT_READERS[column.field](text)


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


def _scripts(_text: str, url: str, links: tuple[str, ...]) -> Read:
    base = f"{PUBLIC_SITE}/en/{url.partition('/en/')[2]}"
    return Read({"scripts": tuple(_joined(base, link) for link in links)})


# The rows of a table link to few scripts.
_joined = lru_cache(maxsize=1_000)(urljoin)


def _training_data_types(text: str, has_types_of_model: bool) -> Read:  # noqa: FBT001 - a context
    """Read the data type of autocast, or those of the model where no other column has them."""
    autocast = values.autocast_of(text)
    if autocast is not None:
        word, remarks = read_word("autocast_data_type", autocast)
        return Read({"autocast_data_type": word}, remarks)
    if has_types_of_model:
        return Read({}, kept=bool(text))
    return _data_types(text)


def _measured_release(printed: str, page_release: str, measured: frozenset[str]) -> Read:
    text = values.measured_release(printed)
    restored = restore_release(text or "", page_release, measured)
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


class _Reader(NamedTuple):
    """What decides what a cell says, and how its text is read with that."""

    context: Callable[[Cell, TableFacts], Context]
    read: Callable[..., Read]


_READERS_IN_CONTEXT: Mapping[Reading | None, _Reader] = {
    DimensionColumn("scripts"): _Reader(lambda cell, facts: (facts.page.url, cell.links), _scripts),
    DimensionColumn("measured_release"): _Reader(
        lambda _cell, facts: (facts.page.release, facts.page.measured), _measured_release
    ),
    DimensionColumn(TRAINING_DATA_TYPES): _Reader(
        lambda _cell, facts: ("model_data_types" in facts.slots,), _training_data_types
    ),
}
"""Readers of columns whose cells say what their links, their page or the other columns say, too."""
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
    if DimensionColumn(field) not in _READERS_IN_CONTEXT
}
