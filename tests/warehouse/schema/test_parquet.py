"""Rows to Parquet bytes and back."""

from __future__ import annotations

import random
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contract import BENCHMARKS, PAGES, PUBLISHED_CELLS, QUALITY_FLAGS, RELEASES, Release
from pipelines.errors import ContractError, SourceError
from tests.warehouse.conftest import a_benchmark, a_flag, a_page, a_release
from warehouse.schema.parquet import encode, from_arrow, read, sorted_rows
from warehouse.versions.merge import STORED


@pytest.mark.parametrize("table", STORED, ids=lambda table: table.name)
def test_rows_come_back_as_they_were_in_the_tables_order(table) -> None:  # noqa: ANN001
    rows = a_release(rows=3).rows[table.name]
    encoded = encode(table, "2.20.0", rows)
    assert from_arrow(table, read(encoded.data, "x")) == tuple(sorted_rows(table, rows))


def test_the_order_in_which_rows_come_does_not_reach_the_bytes() -> None:
    rows = list(a_release(rows=9).rows["published_cells"])
    first = encode(PUBLISHED_CELLS, "2.20.0", rows)
    random.Random(1).shuffle(rows)  # noqa: S311 - no secret
    assert encode(PUBLISHED_CELLS, "2.20.0", rows) == first


def test_the_order_of_a_mapping_does_not_reach_the_bytes() -> None:
    one = a_benchmark("2.20.0", attributes={"a": "1", "b": "2"})
    other = a_benchmark("2.20.0", attributes={"b": "2", "a": "1"})
    assert encode(BENCHMARKS, "2.20.0", [one]) == encode(BENCHMARKS, "2.20.0", [other])


def test_a_file_is_named_by_its_content_under_a_key_that_no_engine_reads_as_a_number() -> None:
    encoded = encode(PAGES, "2.20.0", [a_page()])
    assert encoded.path == f"parquet/pages/rel=v2.20.0/{encoded.sha256[:16]}.parquet"


def test_releases_sort_by_their_order_and_never_as_text() -> None:
    rows = [
        Release(name, "2", order, None, True, None, 0, 0, 0, 0)  # noqa: FBT003 - a row's fields
        for name, order in (("2.9.0", 2009000), ("2.20.0", 2020000))
    ]
    assert [row.release for row in sorted_rows(RELEASES, reversed(rows))] == ["2.9.0", "2.20.0"]
    pages = [a_page("2.20.0"), a_page("2.9.0")]
    assert [row.release for row in sorted_rows(PAGES, pages)] == ["2.9.0", "2.20.0"]


def test_nulls_sort_last() -> None:
    flags = [a_flag("2.20.0", benchmark_id=name) for name in (None, "b", None, "a")]
    found = [flag.benchmark_id for flag in sorted_rows(QUALITY_FLAGS, flags)]
    assert found == ["a", "b", None, None]


def test_a_value_of_another_type_is_named() -> None:
    wrong = replace(a_benchmark("2.20.0"), batch_size="four")  # type: ignore[arg-type]
    with pytest.raises(ContractError, match=r"table benchmarks, column batch_size.*'four'.*int64"):
        encode(BENCHMARKS, "2.20.0", [a_benchmark("2.20.0", 1), wrong])


@pytest.mark.parametrize("value", ["four", ""])
def test_a_value_of_another_type_in_every_row_is_named(value: object) -> None:
    wrong = [replace(a_benchmark("2.20.0", n), batch_size=value) for n in range(3)]  # type: ignore[arg-type]
    with pytest.raises(ContractError, match=r"table benchmarks, column batch_size"):
        encode(BENCHMARKS, "2.20.0", wrong)


@given(st.lists(st.sampled_from(["", "a", None]), min_size=1, max_size=4))
def test_texts_that_repeat_come_back_as_they_were(texts: list[str | None]) -> None:
    flags = [a_flag("2.20.0", page=f"page-{n}", observed=text) for n, text in enumerate(texts)]
    found = from_arrow(QUALITY_FLAGS, read(encode(QUALITY_FLAGS, "2.20.0", flags).data, "x"))
    assert [flag.observed for flag in found] == texts


@pytest.mark.parametrize(("rows", "has_dictionary"), [(1_999, False), (2_000, True)])
def test_only_a_file_of_many_rows_has_dictionaries(rows: int, *, has_dictionary: bool) -> None:
    flags = [a_flag("2.20.0", benchmark_id=f"{n:04}") for n in range(rows)]
    data = encode(QUALITY_FLAGS, "2.20.0", flags).data
    group = pq.ParquetFile(pa.BufferReader(data)).metadata.row_group(0)
    columns = map(group.column, range(group.num_columns))
    assert {one.has_dictionary_page for one in columns} == {has_dictionary}
    assert from_arrow(QUALITY_FLAGS, read(data, "x")) == tuple(flags)


def test_a_column_that_a_file_lacks_reads_as_null() -> None:
    arrow = read(encode(PAGES, "2.20.0", [a_page()]).data, "x").drop_columns(["etag"])
    (page,) = from_arrow(PAGES, arrow)
    assert page == a_page(etag=None)


def test_bytes_that_are_no_parquet_are_damaged() -> None:
    with pytest.raises(SourceError, match=r"some/file is damaged"):
        read(b"PAR1 not really", "some/file")
