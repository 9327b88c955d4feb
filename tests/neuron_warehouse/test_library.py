"""`import neuron_warehouse as nw`: questions from Python, answered as the command line answers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import neuron_warehouse as nw
from tests.warehouse.conftest import built_once, without_module

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

__all__ = ["built_once"]


@pytest.fixture(scope="module")
def data(bundled_root: Path) -> nw.Warehouse:
    """Return the bundled dataset."""
    return nw.open(bundled_root)


def test_the_three_libraries_hold_the_same_rows(data: nw.Warehouse) -> None:
    rows = data.sql(
        "SELECT release, page, row, batch_size, nodes FROM benchmark_results ORDER BY ALL"
    )
    arrow, pandas, polars = rows.arrow(), rows.pandas(), rows.polars()
    assert isinstance(arrow, pa.Table)
    assert isinstance(pandas, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)
    assert len(rows) == len(pandas) == len(polars) == arrow.num_rows > 0
    expected = arrow.to_pylist()
    assert polars.to_dicts() == expected
    # Whole numbers stay whole beside missing values: 16, never 16.0.
    assert str(pandas["batch_size"].dtype) == "Int64"
    assert pandas["batch_size"].isna().any()
    found = pandas.astype(object).where(pandas.notna(), None).to_dict("records")
    assert found == expected


def test_rows_go_to_any_library_that_reads_arrow(data: nw.Warehouse) -> None:
    rows = data.sql("FROM releases ORDER BY release_order")
    assert pa.table(rows).equals(rows.arrow())
    assert pl.DataFrame(rows).equals(rows.polars())
    assert "16 rows: release, minor" in repr(rows)


def test_compare_says_what_the_command_says(
    data: nw.Warehouse, bundled_root: Path, call: Call
) -> None:
    line = "compare 2.18 2.20 --model bert --instance inf2 --metric cost,throughput --tolerance 5%"
    more = "--only improved,unchanged --usd-per-hour inf2.xlarge=0.35 --format parquet --root"
    said = pq.read_table(io.BytesIO(call(*line.split(), *more.split(), str(bundled_root)).output))
    rows = data.compare(
        "2.18",
        "2.20",
        model="bert",
        instance="inf2",
        metric=["cost", "throughput"],
        only="improved, unchanged",
        tolerance=0.05,
        usd_per_hour={"inf2.xlarge": 0.35},
    )
    assert len(rows) > 0
    assert rows.arrow().to_pylist() == said.to_pylist()


def test_a_price_book_is_a_file(data: nw.Warehouse, tmp_path: Path) -> None:
    book = tmp_path / "prices.csv"
    book.write_text("instance_type,usd_per_hour\ninf2.xlarge,0.35\n")
    wanted = {"instance": "inf2.xlarge", "metric": "cost"}
    by_file = data.compare("2.19", "2.20", price_book=book, **wanted)
    given = data.compare("2.19", "2.20", usd_per_hour={"inf2.xlarge": 0.35}, **wanted)
    values = ["base_value", "target_value", "verdict"]
    assert by_file.polars()[values].equals(given.polars()[values])
    assert not by_file.polars()[values].equals(
        data.compare("2.19", "2.20", **wanted).polars()[values]
    )


def test_history_is_the_view_filtered_and_in_order(data: nw.Warehouse) -> None:
    found = data.history("llama 2 13b", instance="trn1", metric="throughput").polars()
    assert set(found["model"]) == {"Llama-2-13b", "Llama2-13B pre-training"}
    assert set(found["metric"]) == {"throughput"}
    assert found["instance_types"].str.contains("trn1").all()
    assert found.equals(found.sort("series", "series_id", "release_order", "metric", "statistic"))
    whole = data.history()
    ((rows,),) = data.sql("SELECT count(*) FROM history").polars().rows()
    assert len(whole) == rows


def test_history_finds_an_instance_type_that_is_not_named_first(data: nw.Warehouse) -> None:
    found = data.history(instance="trn1n").polars()
    assert set(found["instance_types"]) == {"trn1.32xlarge, trn1n.32xlarge"}


FREEZE = "neuronx-cc==2.15.128.0+56dc5a86\ntransformers==4.36\ntorch-neuronx==9.9\n"


@pytest.mark.parametrize(
    ("ask", "command"),
    [
        (
            lambda data: data.trends("2.18", accelerator="inf2", metric="ttft, throughput"),
            "trends --since 2.18 --accelerator inf2 --metric ttft,throughput",
        ),
        (
            lambda data: data.trends(until="2.12", only="regressed"),
            "trends --until 2.12 --only regressed",
        ),
        (
            lambda data: data.advise(
                "bert-base-cased",
                most_ms={"latency": 2, "ttft": 3},
                lengths={"batch_size": 1},
                usd_per_hour={"inf2.xlarge": 0.3},
            ),
            (
                "advise --model bert-base-cased --max-latency-ms 2 --max-ttft-ms 3 --batch-size 1 "
                "--usd-per-hour inf2.xlarge=0.3"
            ),
        ),
        (lambda data: data.reproduce("6fc47c37"), "reproduce 6fc47c37"),
    ],
)
def test_a_question_has_the_rows_of_its_command(
    data: nw.Warehouse, bundled_root: Path, call: Call, ask: object, command: str
) -> None:
    assert callable(ask)
    rows = ask(data)
    written = call(*command.split(), "--format", "parquet", "--root", str(bundled_root)).output
    assert rows.arrow().to_pylist() == pq.read_table(io.BytesIO(written)).to_pylist()
    assert len(rows.polars()) == len(rows.pandas()) == len(rows)


def test_a_question_says_what_its_command_says(
    data: nw.Warehouse, bundled_root: Path, call: Call, tmp_path: Path
) -> None:
    listed = tmp_path / "freeze.txt"
    listed.write_text(FREEZE)
    root = ("--root", str(bundled_root))
    shown = call("identify", str(listed), "--python", "3.10", *root).stdout
    found = data.identify(FREEZE, python="3.10")
    assert "".join(f"{line}\n" for line in found.said) == shown.partition("\n\n")[0] + "\n"
    rows = {row["package"]: row for row in found.arrow().to_pylist()}
    assert (rows["neuronx-cc"]["standing"], rows["neuronx-cc"]["answer"]) == ("fits", "2.20.0")
    assert rows["torch-neuronx"]["releases"] == []
    assert data.identify(FREEZE.split(), python="3.10").arrow().equals(found.arrow())

    shown = call("support", "--accelerator", "inf1", "--framework", "pytorch 1.13", *root).stdout
    found = data.support("inf1", framework="pytorch 1.13")
    assert found.said == (shown.partition("\n")[0],)
    (row,) = found.arrow().to_pylist()
    assert (row["package"], row["last_release"]) == ("torch-neuron", "2.32.0")


def test_columns_and_types_are_those_of_an_answer_without_rows(data: nw.Warehouse) -> None:
    some = data.trends("2.18").arrow()
    none = data.trends("2.18", accelerator="inf2", metric="ttft").arrow()
    assert none.num_rows == 0
    assert none.schema.equals(some.schema)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda data: data.trends("2.18", metric="cost"), "unknown metric with a trend 'cost'"),
        (lambda data: data.trends("2.40"), "nothing was measured since 2.40"),
        (lambda data: data.trends(only="worse"), "unknown verdict 'worse'"),
        (lambda data: data.advise(), "name a model or a task"),
        (lambda data: data.advise("bert", most_ms={"speed": 1}), "unknown time 'speed'"),
        (lambda data: data.advise("bert", percentile="p90"), "unknown percentile 'p90'"),
        (lambda data: data.identify("numpy==1.0"), "the text names no package of the Neuron SDK"),
        (lambda data: data.support("inf9"), "unknown accelerator 'inf9'"),
        (lambda data: data.reproduce("xyz1"), "unknown benchmark 'xyz1'"),
        (lambda data: data.history("brt-base"), r"unknown model 'brt-base' \(nearest: "),
        (lambda data: data.history(instance="inf9"), "unknown instance type 'inf9'"),
        (lambda data: data.history(family="rnn"), "unknown model family 'rnn'"),
        (lambda data: data.history(metric="speed"), "unknown metric 'speed'"),
        (lambda data: data.compare("2.19", "2.99"), r"unknown release '2\.99'"),
        (lambda data: data.compare("2.19", "2.20", axis="time"), "unknown axis 'time'"),
        (lambda data: data.compare("1", "2", usd_per_hour={"x": -1}), "is not a price"),
        (lambda data: data.sql("DROP TABLE releases"), "only a query can be run"),
        (lambda data: data.sql("FROM read_csv('pyproject.toml')"), "disabled by configuration"),
        (lambda data: nw.open(data.root, version=9), "there is no dataset version 9"),
    ],
)
def test_a_mistake_is_one_line(data: nw.Warehouse, ask: object, said: str) -> None:
    assert callable(ask)
    with pytest.raises(nw.UsageError, match=said) as error:
        ask(data)
    assert "\n" not in str(error.value)


def test_a_folder_without_a_dataset_is_told_when_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(nw.SourceError, match="there is no warehouse at"):
        nw.open(tmp_path)


@pytest.mark.slow
def test_a_version_can_be_chosen(built_once: Path) -> None:
    newest, old = nw.open(built_once), nw.open(built_once, version=1)
    assert nw.open(built_once, as_of="2026-01-03").version == old.version == 1
    query = "SELECT count(*) AS n FROM measurements"
    assert old.sql(query).polars().equals(newest.sql(query).polars())


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_that_is_not_installed_is_named(
    data: nw.Warehouse, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = data.sql("SELECT 1 AS one")
    without_module(monkeypatch, library)
    with pytest.raises(nw.UsageError, match=f"pip install {library}"):
        getattr(rows, library)()
