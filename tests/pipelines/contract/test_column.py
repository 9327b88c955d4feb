"""How a table is declared: types, nulls and facts come from one annotated field."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.contract.column import SOURCE, Column, ColumnFacts, Table, described


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
