"""Answers in every format."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import UsageError
from warehouse.output.render import FORMATS, render

ANSWER = pa.table(
    {
        "name": ["Llama | 2", None],
        "value": [1111.111, float("nan")],
        "count": pa.array([Decimal(7), None], pa.decimal128(38, 0)),
        "latest": [True, False],
        "day": [date(2024, 7, 3), None],
        "at": pa.array(
            [datetime(2024, 7, 3, 1, 2, 3, tzinfo=UTC), None], pa.timestamp("us", "UTC")
        ),
        "types": [["inf2.xlarge", "trn1.2xlarge"], []],
        "more": pa.array([[("OS", "U22")], None], pa.map_(pa.string(), pa.string())),
    }
)


def _text(form: str, answer: pa.Table = ANSWER, width: int | None = None) -> str:
    stream = io.BytesIO()
    render(answer, form, stream, width=width)
    return stream.getvalue().decode()


def test_json_is_valid_and_typed() -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    first, second = json.loads(_text("json"), parse_constant=refuse)
    assert first == {
        "name": "Llama | 2",
        "value": 1111.111,
        "count": 7,
        "latest": True,
        "day": "2024-07-03",
        "at": "2024-07-03T01:02:03Z",
        "types": ["inf2.xlarge", "trn1.2xlarge"],
        "more": {"OS": "U22"},
    }
    assert second["value"] == "NaN"


def test_csv_reads_back() -> None:
    header, first, second = csv.reader(io.StringIO(_text("csv")))
    assert header == ANSWER.column_names
    assert first[:6] == [
        "Llama | 2", "1111.111", "7", "true", "2024-07-03", "2024-07-03T01:02:03Z",
    ]  # fmt: skip
    assert json.loads(first[6]) == ["inf2.xlarge", "trn1.2xlarge"]
    assert json.loads(first[7]) == {"OS": "U22"}
    assert second[0] == ""


def test_markdown_keeps_its_columns() -> None:
    head, rule, first, _ = _text("markdown").splitlines()
    assert head.startswith("| name | value |")
    assert rule.startswith("| --- | ---: |")
    assert first.startswith(r"| Llama \| 2 | 1111.111 | 7 | true |")


def test_parquet_reads_back() -> None:
    stream = io.BytesIO()
    render(ANSWER, "parquet", stream)
    found = pq.read_table(io.BytesIO(stream.getvalue()))
    assert found.schema.equals(ANSWER.schema)
    # NaN equals nothing, itself included, so that this column is compared as text.
    assert list(map(repr, found["value"].to_pylist())) == ["1111.111", "nan"]
    assert found.drop_columns("value").equals(ANSWER.drop_columns("value"))


def test_a_table_is_whole_in_a_pipe_and_fits_a_terminal() -> None:
    wide = _text("table").splitlines()
    assert wide[2].split() == [
        *("Llama", "|", "2", "1111.111", "7", "true", "2024-07-03", "2024-07-03T01:02:03Z"),
        *("inf2.xlarge,", "trn1.2xlarge", '{"OS":', '"U22"}'),
    ]
    assert wide[-1] == "2 rows"
    narrow = _text("table", width=60).splitlines()
    assert max(map(len, narrow[:-1])) <= 60
    assert narrow[-1].startswith("2 rows, 5 of 8 columns; ")


def test_a_table_prints_markup_as_it_is() -> None:
    assert "[32xNC(DP)] [red]" in _text("table", pa.table({"a": ["[32xNC(DP)] [red]"]}))


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_are_an_answer(form: str) -> None:
    stream = io.BytesIO()
    render(ANSWER.slice(0, 0), form, stream)
    assert stream.getvalue()
    if form == "json":
        assert json.loads(stream.getvalue()) == []


def test_an_unknown_format_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"unknown format 'xml' \(choose from table, csv, json"):
        _text("xml")
