"""How a table is declared: types, nulls and facts come from one annotated field."""

from __future__ import annotations

from copy import copy
from dataclasses import FrozenInstanceError, dataclass, replace
from typing import TYPE_CHECKING

import pytest

from pipelines.contract.column import (
    SOURCE,
    Column,
    ColumnFacts,
    Table,
    described,
    quickly_made,
)
from pipelines.contract.declaration import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Row:
    """A row of two columns."""

    name: str = described("A name.", values=("a", "b"))
    sizes: tuple[int, ...] | None = described("Sizes.", unit="bytes")


TABLE = Table(
    "things", Row, "Things.", key=("name",), sort=("name",), group="things", made_from=(SOURCE,)
)


def test_a_column_knows_its_type_whether_it_may_be_null_and_its_facts() -> None:
    assert TABLE.columns == (
        Column("name", str, nullable=False, facts=ColumnFacts("A name.", None, ("a", "b"))),
        Column("sizes", tuple[int, ...], nullable=True, facts=ColumnFacts("Sizes.", "bytes")),
    )
    assert TABLE.columns[0].description == "A name."


@quickly_made
@dataclass(frozen=True, slots=True)
class Quick:
    """The same row, quickly made."""

    name: str = described("A name.")
    sizes: tuple[int, ...] | None = described("Sizes.")


def test_a_quickly_made_row_is_the_same_frozen_row() -> None:
    row = Quick("a", sizes=(1,))
    assert (row.name, row.sizes) == ("a", (1,))
    assert row == replace(Quick("b", (1,)), name="a") == copy(row)
    assert hash(row) == hash(Quick("a", (1,)))
    with pytest.raises(FrozenInstanceError):
        row.name = "b"  # type: ignore[misc]
    with pytest.raises(TypeError, match=r"Quick\.__init__\(\) missing .* 'sizes'"):
        Quick("a")  # type: ignore[call-arg]
    assert "fill_name" in Quick.__init__.__globals__


def _with_a_default() -> type:
    @dataclass(frozen=True, slots=True)
    class Defaulted:
        name: str = ""

    return Defaulted


def _with_more_to_do() -> type:
    @dataclass(frozen=True, slots=True)
    class Checked:
        name: str

        def __post_init__(self) -> None:
            """Check the name."""

    return Checked


@pytest.mark.parametrize("make", [_with_a_default, _with_more_to_do])
def test_a_row_that_could_not_be_made_quickly_is_refused(make: Callable[[], type]) -> None:
    with pytest.raises(DeclarationError, match="make it as usual"):
        quickly_made(make())
