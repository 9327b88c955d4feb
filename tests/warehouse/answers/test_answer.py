"""Answers without Arrow hold what answers with Arrow hold, or say that they cannot."""

from __future__ import annotations

import io

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.answers import answer as answers
from warehouse.answers.answer import plain_answer
from warehouse.output.render import FORMATS, PARQUET, render, render_text

VALUES = (
    "1",
    "NULL",
    "255::UTINYINT",
    "0.1::FLOAT",
    "'NaN'::DOUBLE",
    "sum(1::BIGINT)",
    "1.50::DECIMAL(4, 2)",
    "'a\nb'",
    "true",
    "['a', NULL]",
    "[1, 2]",
    "DATE '2024-02-29'",
    "DATE 'infinity'",
    "DATE '9999-12-31'",
    "DATE '10000-01-01'",
    "DATE '0001-01-01'",
    "TIMESTAMP '2024-02-29 01:02:03.000004'",
    "TIMESTAMP '-infinity'",
    "[TIMESTAMP 'infinity']",
    "[DATE '20000-01-01']",
    "TIMESTAMPTZ '2024-02-29 01:02:03+02'",
    "TIMESTAMP_NS '2024-02-29 01:02:03.123456789'",
    "MAP {'a': 1}",
    "{'a': 1}",
    "INTERVAL 3 DAY",
    "'b'::ENUM('b')",
    "'a'::BLOB",
)


@given(st.lists(st.sampled_from(VALUES), min_size=1, max_size=4))
def test_an_answer_without_arrow_is_printed_as_the_one_with_arrow(values: list[str]) -> None:
    sql = f"SELECT {', '.join(values)}"
    with duckdb.connect() as connection:
        table = connection.sql(sql).to_arrow_table()
        plain = plain_answer(connection.execute(sql))
    if plain is None:
        return
    for form in set(FORMATS) - {PARQUET}:
        with_arrow, without = io.BytesIO(), io.BytesIO()
        render(table, form, with_arrow)
        render_text(plain, form, without)
        assert without.getvalue() == with_arrow.getvalue()


@pytest.mark.parametrize(
    ("value", "is_plain"),
    [
        ("1", True),
        ("['a', NULL]", True),
        ("DATE '2024-02-29'", True),
        ("TIMESTAMP '2024-02-29 01:02:03'", True),
        ("DATE 'infinity'", False),
        ("[DATE '20000-01-01']", False),
        ("TIMESTAMP_NS '2024-02-29 01:02:03.1'", False),
        ("{'a': 1}", False),
        ("1::UHUGEINT", False),
    ],
)
def test_what_python_cannot_hold_exactly_is_left_to_arrow(value: str, *, is_plain: bool) -> None:
    with duckdb.connect() as connection:
        assert (plain_answer(connection.execute(f"SELECT {value}")) is not None) == is_plain


@pytest.mark.parametrize(
    ("bound", "most"), [("_MOST_ROWS", 1_999), ("_MOST_CHARACTERS", 2_000 * 3 - 1)]
)
def test_a_large_answer_is_left_to_arrow(
    bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "SELECT 'abc' FROM range(2000)"
    with duckdb.connect() as connection:
        found = plain_answer(connection.execute(sql))
        assert found is not None
        assert found.num_rows == 2_000
        monkeypatch.setattr(answers, bound, most)
        assert plain_answer(connection.execute(sql)) is None
