"""Commands that answer questions: their sentences, their data, and their mistakes."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from warehouse.questions.advice.advice_rows import PARTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call, Called


@pytest.fixture
def ask(call: Call, bundled_root: Path) -> Call:
    """Return a function that asks the bundled dataset."""

    def asked(*arguments: str) -> Called:
        return call(*arguments, "--root", str(bundled_root))

    return asked


def _json(called: Called) -> list[dict[str, Any]]:
    assert called.returncode == 0, called.stderr
    found: list[dict[str, Any]] = json.loads(called.stdout)
    return found


BERT = ("advise", "--model", "bert-base-cased")


def test_advise_opens_with_the_cheapest_run_and_its_age(ask: Call) -> None:
    text = ask(*BERT, "--max-latency-ms", "2").stdout.replace("\n", " ")
    assert text.startswith("Cheapest of 4 runs that keep latency p50 of at most 2 ms: 0.03219 USD")
    assert "last printed by 2.21.0, 20 months before 2.32.0" in text
    assert "inf2.xlarge 0.328" in text


def test_advise_says_that_nothing_keeps_the_bounds_and_what_is_near(ask: Call) -> None:
    text = ask(*BERT, "--max-latency-ms", "0.5").stdout.replace("\n", " ")
    assert text.startswith("No published configuration meets this (")
    assert "; nearest: 0.03219 with bert-base-cased on inf2.xlarge" in text


def test_advise_says_what_each_bound_costs(ask: Call) -> None:
    text = ask(*BERT, "--max-latency-ms", "1", "--percentile", "p99").stdout.replace("\n", " ")
    assert "Without latency p99 of at most 1 ms: " in text
    rows = _json(ask(*BERT, "--max-latency-ms", "1", "--percentile", "p99", "--format", "json"))
    (cheaper,) = (row for row in rows if row["part"] == "cheaper-without")
    assert cheaper["bound"] == "latency p99 of at most 1 ms"
    assert cheaper["latency_p99_ms"] > 1


def test_advise_calculates_at_my_price_alone(ask: Call) -> None:
    rows = _json(ask(*BERT, "--usd-per-hour", "inf2.xlarge=0.5", "--format", "json"))
    mine = [row for row in rows if row["part"] != "left-out"]
    assert {row["instance_type"] for row in mine} == {"inf2.xlarge"}
    for row in mine:
        assert row["usd_per_1m"] == pytest.approx(0.5 / (row["throughput"] * 3600) * 1e6, rel=0.03)
    text = ask(*BERT, "--usd-per-hour", "inf2.xlarge=0.5").stdout.replace("\n", " ")
    assert "Runs left out: 4 without a price for trn1.2xlarge" in text


def test_data_of_advise_have_the_runs_that_were_left_out_and_why(ask: Call) -> None:
    arguments = (*BERT, "--usd-per-hour", "inf2.xlarge=0.5", "--max-ttft-ms", "9")
    rows = _json(ask(*arguments, "--format", "json"))
    left = Counter(row["why"] for row in rows if row["part"] == "left-out")
    assert left == {"without ttft p50": 4, "without a price for trn1.2xlarge": 4}
    assert all((row["why"] is None) == (row["part"] != "left-out") for row in rows)
    assert all(row["benchmark_id"] and row["table_id"] for row in rows)
    assert {row["part"] for row in rows} <= {*PARTS}
    # The sentences count the same runs.
    said = ask(*arguments).stdout.replace("\n", " ")
    assert "left out: 4 without ttft p50, 4 without a price for trn1.2xlarge" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--model", "bret"), "unknown model 'bret' (nearest: "),
        (("--task", "text genration"), "unknown task 'text genration' (nearest: Text Generation"),
        (("--model", "bert", "--per", "tokens"), "no cost of these runs counts 'tokens'"),
        (("--model", "llama", "--min-throughput", "3"), "choose one with --per"),
        (("--model", "bert", "--max-latency-ms", "0"), "a bound must be above 0, got 0"),
        (("--model", "bert", "--max-latncy-ms", "5"), "did you mean '--max-latency-ms'?"),
        ((), "name a model or a task"),
    ],
)
def test_a_mistake_is_one_line(ask: Call, arguments: tuple[str, ...], says: str) -> None:
    called = ask("advise", *arguments)
    assert called.returncode == 2
    assert says in called.stderr
    assert called.stderr.count("\n") == 1
