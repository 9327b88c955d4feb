"""A table knows its asset group and what it is made from."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import pipelines.contract
from pipelines.contract import TABLES, TABLES_IN_ORDER
from pipelines.contract.column import SOURCE, Table, described, with_role
from pipelines.contract.declaration import DeclarationError
from pipelines.contract.tables import inputs_first


@dataclass(frozen=True, slots=True)
class Row:
    """A row of three columns, two of which are compared."""

    name: str = described("A name.", role="identity", place=2)
    size: int = described("A size.")
    kind: str = described("A kind.", role="identity", place=1)


def a_table(name: str, *made_from: str) -> Table:
    return Table(name, Row, "Rows.", ("name",), ("name",), group="things", made_from=made_from)


def test_a_table_without_a_group_does_not_load() -> None:
    with pytest.raises(DeclarationError, match=r"^table 'things' lacks its asset group"):
        Table("things", Row, "Rows.", ("name",), ("name",), made_from=(SOURCE,))


def test_a_table_that_is_made_from_nothing_does_not_load() -> None:
    with pytest.raises(DeclarationError, match=r"^table 'things' lacks what it is made from"):
        Table("things", Row, "Rows.", ("name",), ("name",), group="things")


def test_a_table_that_is_made_from_no_table_does_not_load() -> None:
    with pytest.raises(DeclarationError, match="table 'b' is made from 'a', which is not a table"):
        inputs_first([a_table("b", "a")])


def test_every_table_comes_after_those_that_it_is_made_from() -> None:
    assert [t.name for t in inputs_first([a_table("b", "a"), a_table("a", SOURCE)])] == ["a", "b"]
    assert set(TABLES_IN_ORDER) == set(TABLES)


def test_columns_with_a_role_come_in_the_order_of_their_places() -> None:
    assert with_role(Row, "identity") == ("kind", "name")
    assert with_role(Row, "tuned") == ()


def test_two_columns_cannot_have_one_place() -> None:
    @dataclass(frozen=True, slots=True)
    class Doubled:
        name: str = described("A name.", role="identity", place=1)
        kind: str = described("A kind.", role="identity", place=1)

    with pytest.raises(DeclarationError, match=r"^Doubled: .* 'identity' have places \[1, 1\]$"):
        with_role(Doubled, "identity")


def test_every_name_of_the_contract_can_be_imported_and_no_other() -> None:
    for name in pipelines.contract.__all__:
        assert getattr(pipelines.contract, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'NOTHING'"):
        _ = pipelines.contract.NOTHING
