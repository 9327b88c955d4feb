"""`neuron-warehouse compare` as a person calls it: what it says, in which form, how it ends."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run(bundled_root: Path, call: Call) -> Run:
    """Return a function that compares, and gives what is printed on both outputs."""

    def run_it(*arguments: str, code: int = 0) -> tuple[str, str]:
        done = call("compare", *arguments, "--root", str(bundled_root))
        assert done.returncode == code, done.stderr
        return done.stdout, done.stderr

    return run_it


def test_the_first_line_says_what_a_minor_stands_for(run: Run) -> None:
    said, _ = run("2.19", "v2.20.2")
    assert said.splitlines()[0] == "2.19 stands for 2.19.1."
    said, _ = run("2.17", "latest", "--axis", "measured")
    assert said.splitlines()[0] == "2.17 stands for 2.17.0; latest stands for 2.20.0."


def test_the_summary_counts_by_verdict_and_gives_medians_with_their_counts(run: Run) -> None:
    said, _ = run("2.19", "2.20")
    for part in ("▲ improved", "▼ regressed", "$ price-basis-changed", "inf2 encoder", "(26)"):
        assert part in said
    apart, told = said.split("Not to be believed")[1].split("\nverdict", 2)[1:]
    assert "41.24" in apart
    assert "41.24" not in told


def test_the_table_fits_100_columns_and_is_sorted_by_effect(run: Run) -> None:
    # A typing error makes a change of four digits, which must find room as well.
    for base, target in (("2.19", "2.20"), ("2.20", "2.19")):
        said, _ = run(base, target)
        assert max(map(len, said.splitlines())) <= 100
    said, _ = run("2.19", "2.20", "--metric", "throughput")
    assert "\033" not in said
    lines = said.split("\nverdict")[-1].splitlines()
    changes = [float(line.split()[2].rstrip("%")) for line in lines if line[:1] in {"▲", "▼"}]
    ratios = [max(1 + c / 100, 1 / (1 + c / 100)) for c in changes]
    assert len(ratios) > 10
    # As printed they are rounded.
    assert all(one > other - 0.002 for one, other in pairwise(ratios))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("2.18", "2.19", "--axis", "measured"), "Nothing was measured on 2.19"),
        (("2.19", "2.20", "--model", "no such"), "passes the filters"),
        (("2.20.1", "2.20.2", "--only", "improved,regressed"), "None of 539 figures"),
    ],
)
def test_an_empty_answer_says_why(run: Run, arguments: tuple[str, ...], reason: str) -> None:
    said, _ = run(*arguments)
    assert reason in said
    said, beside = run(*arguments, "--format", "json")
    assert json.loads(said) == []
    assert reason in beside


def test_every_format_holds_the_same_rows(run: Run, call: Call, bundled_root: Path) -> None:
    arguments = ("2.17", "2.18", "--model", "BERT-LARGE", "--instance", "trn1.2")
    records = json.loads(run(*arguments, "--format", "json")[0])
    assert {row["instance_types"][0] for row in records} == {"trn1.2xlarge"}
    said, beside = run(*arguments, "--format", "csv")
    assert said.startswith("comparison_key,base_release,target_release,")
    assert len(said.splitlines()) == len(records) + 1
    assert beside == "2.17 stands for 2.17.0; 2.18 stands for 2.18.2.\n"
    said, _ = run(*arguments, "--format", "markdown")
    assert len(said.splitlines()) == len(records) + 2
    done = call("compare", *arguments, "--format", "parquet", "--root", str(bundled_root))
    assert pq.read_table(io.BytesIO(done.output)).num_rows == len(records)


def test_filters_narrow_the_answer(run: Run) -> None:
    arguments = ("--accelerator", "inf2", "--family", "encoder", "--metric", "latency")
    only = ("--only", "improved,regressed", "--tolerance", "0.1")
    said, _ = run("2.19", "2.20", *arguments, *only, "--format", "json")
    records = json.loads(said)
    assert records
    for row in records:
        assert (row["accelerator"], row["model_family"]) == ("inf2", "encoder")
        assert row["metric"] == "latency"
        low, high = sorted((row["base_value"], row["target_value"]))
        assert high > 1.1 * low


def test_fail_on_ends_with_exit_code_1(run: Run) -> None:
    arguments = ("2.19", "2.20", "--fail-on", "regressed")
    run(*arguments, code=1)
    run("2.20.0", "2.20.2", "--fail-on", "regressed")
    # A typing error of the vendor fails no one's build.
    run(
        *arguments,
        "--model",
        "bert-base-cased",
        "--instance",
        "inf2",
        "--metric",
        "throughput",
        "--only",
        "regressed",
        "--tolerance",
        "0.5",
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("2.21", "2.20"), "unknown release '2.21' (choose from 2.20.2, 2.20.1,"),
        (("2.16.0", "2.20"), "unknown release '2.16.0' (choose from 2.17.0, 2.18.0,"),
        (("2.20", "2.20.x"), "unknown release '2.20.x' (choose from 2.20.2,"),
        (("2.9", "2.20", "--axis", "measured"), "unknown release '2.9' (choose from 2.12.0,"),
        (("2.19", "2.20", "--only", "better"), "unknown verdict 'better' (choose from improved,"),
        (("2.19", "2.20", "--metric", "speed"), "unknown metric 'speed' (choose from"),
        (("2.19", "2.20", "--accelerator", "trn9"), "unknown accelerator 'trn9' (choose from"),
        (("2.19", "2.20", "--family", "encoders"), "unknown model family 'encoders' (choose from"),
        (("2.19", "2.20", "--tolerance", "2"), "0.02 means 2 %"),
    ],
)
def test_a_mistake_is_one_line_with_what_there_is(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    _, said = run(*arguments, code=2)
    assert told in said
    assert len(said.splitlines()) == 1
