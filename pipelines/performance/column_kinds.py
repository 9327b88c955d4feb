"""What a column of a performance table can be, once its header is read.

This module has the values that headers are read into. Put no reading here: headers that are known
letter by letter live in `vocabulary`, the words of the others in `words`, and `headers` reads both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipelines.contract.metrics import figure_slot

Tokens = tuple[str, ...]
Role = Literal["identity", "tuned"]
Reason = Literal["leftover-words", "no-quantity", "no-unit", "wrong-unit", "brackets"]

TRAINING_DATA_TYPES = "training_data_types"
"""The one field that is no column of `benchmarks`: its cells fill the model's data types, or the
one of autocast."""


class MetricColumn(NamedTuple):
    """A column of figures, in the published unit."""

    # A tuple, as the other two: with its text, it names each cell that is looked up, and the hash
    # of a frozen dataclass takes ten times as long. Each has another length, so that no column of
    # one kind equals one of another.
    metric: str
    statistic: str
    unit: str
    basis: str | None = None

    @property
    def slot(self) -> str:
        """What the column is, whatever its header is called."""
        return figure_slot(self.metric, self.statistic)


class DimensionColumn(NamedTuple):
    """A column that describes the run; `field` is a column of `benchmarks`."""

    field: str

    @property
    def slot(self) -> str:
        """What the column is, whatever its header is called."""
        return self.field


class OtherDimensionColumn(NamedTuple):
    """A column that describes the run and has no column of `benchmarks`.

    Its cells are kept in `attributes`. `role` says whether it belongs to the identity of the
    workload, or to what is tuned for the best figure.
    """

    name: str
    role: Role

    @property
    def slot(self) -> str:
        """What the column is, whatever its header is called."""
        return self.name


@dataclass(frozen=True, slots=True)
class NotRead:
    """A header that is not read, with the words that could not be used."""

    reason: Reason
    leftover: Tokens = ()

    def __str__(self) -> str:
        """Return the reason as a part of a sentence."""
        words = " ".join(self.leftover)
        return {
            "leftover-words": f"a header without {words!r}",
            "no-quantity": "a header that names a known quantity or dimension",
            "no-unit": "a header with a unit, such as (ms)",
            "wrong-unit": "a header with a unit of its quantity",
            "brackets": "a header with one pair of brackets",
        }[self.reason]


Reading = MetricColumn | DimensionColumn | OtherDimensionColumn
