"""`neuron-warehouse compare` as a person calls it: what it says, in which form, how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest

from dagster_project.cli import main
from warehouse.comparison.report import report
from warehouse.comparison.request import Comparison, Question
from warehouse.comparison.results import COLUMNS, ComparedRow
from warehouse.visible import markdown, visible_line

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


@pytest.fixture(autouse=True)
def _open(warehouse: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Keep the file open: a command that opens it again in this process need not read it again."""
    return warehouse


# A command changes nothing: it is called once for all tests that read what it prints.
@cache
def run(nine: Path, *arguments: str, code: int = 0, command: str = "compare") -> tuple[str, str]:
    """Run a command in this process; return what it prints on both outputs."""
    out, beside = printed(nine, *arguments, code=code, command=command)
    return out.decode(), beside


def printed(
    nine: Path, *arguments: str, code: int = 0, command: str = "compare"
) -> tuple[bytes, str]:
    """Run a command in this process; return what it prints, as bytes, and what it says beside."""
    out, beside = io.BytesIO(), io.StringIO()
    words = ["neuron-warehouse", command, *arguments, "--root", str(nine)]
    stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    with (
        patch.object(sys, "argv", words),
        redirect_stdout(stdout),
        redirect_stderr(beside),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    assert ended.value.code == code, beside.getvalue()
    return out.getvalue(), beside.getvalue()


def width_of(text: str) -> int:
    return max(map(len, text.splitlines()))


def test_the_first_lines_say_what_it_comes_to_and_what_a_minor_stands_for(nine: Path) -> None:
    said, _ = run(nine, "2.19", "v2.20.2")
    flat = " ".join(said.split())
    assert flat.startswith("2.19.1 → 2.20.2: 94 rows newly measured: throughput ")
    assert "latency p50 +0.0% (83), cost at one rate" in flat
    assert "; 38 more rows only changed price; 4 carried over, 10 added, 93 removed. " in flat
    assert "2.19 means 2.19.1. What their pages say is compared" in flat
    assert "Rows on both sides: 136 (of 229 of 2.19.1 and 146 of 2.20.2)." in flat
    assert "Figures left out of medians: 6 of rows with an error flag." in flat
    said, _ = run(nine, "2.17", "latest", "--axis", "measured")
    assert "2.17 means 2.17.0; latest means 2.20.0." in said


def test_the_summary_counts_by_verdict_and_gives_medians_with_their_counts(nine: Path) -> None:
    said, _ = run(nine, "2.19", "2.20")
    for part in ("▲ improved", "▼ regressed", "$ price-basis-changed", "inf2 encoder", "(26)"):
        assert part in said


def test_doubtful_rows_come_after_the_others_and_are_marked(nine: Path) -> None:
    said, _ = run(nine, "2.19", "2.20")
    sure, rest = said.split("In doubt: a quality rule warns of these rows")
    doubtful, wrong = rest.split("Not to be believed: rows with an error flag")
    assert "warning flags" not in sure
    assert "error flags" not in sure + doubtful
    assert "bert-large-uncased, trn1.2xlarge" in doubtful
    assert "warning flags: " in doubtful
    assert "41.24" in wrong
    assert "41.24" not in sure + doubtful


def test_the_table_fits_100_columns_and_is_sorted_by_effect(nine: Path) -> None:
    # A typing error makes a change of four digits, which must find room as well.
    for base, target in (("2.19", "2.20"), ("2.20", "2.19")):
        said, _ = run(nine, base, target)
        assert width_of(said) <= 100
    said, _ = run(nine, "2.19", "2.20", "--metric", "throughput")
    assert "\033" not in said
    lines = said.split("In doubt")[0].split("\nverdict")[-1].splitlines()
    changes = [float(line.split()[2].rstrip("%")) for line in lines if line[:1] in {"▲", "▼"}]
    ratios = [max(1 + c / 100, 1 / (1 + c / 100)) for c in changes]
    assert len(ratios) > 10
    # As printed they are rounded.
    assert all(one > other - 0.002 for one, other in pairwise(ratios))


@pytest.mark.parametrize(("base", "target"), [("2.17", "2.18"), ("2.18", "2.19"), ("2.19", "2.20")])
def test_no_line_is_wider_than_the_terminal(
    warehouse: duckdb.DuckDBPyConnection, base: str, target: str
) -> None:
    asked = Comparison(warehouse, Question(base, target))
    rows = [ComparedRow(*values) for values in asked.fetch(COLUMNS)]
    for width in (80, 100, 120):
        assert width_of(report(asked, rows, width=width, color=False)) <= width


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("2.18", "2.19", "--axis", "measured"), "Nothing was measured on 2.19"),
        (("2.20", "2.20.0", "--model", "Llama-2-13b"), "None of 539 figures passes"),
        (("2.20", "2.20.0", "--model", "Llama-2-13b"), "last printed by 2.19.1, last measured on"),
    ],
)
def test_an_empty_answer_says_why(nine: Path, arguments: tuple[str, ...], reason: str) -> None:
    said, _ = run(nine, *arguments)
    assert reason in " ".join(said.split())
    said, beside = run(nine, *arguments, "--format", "json")
    assert json.loads(said) == []
    assert reason in beside
    assert reason in run(nine, *arguments, "--format", "markdown")[0]


def test_a_model_that_ended_is_told_with_its_last_releases_and_what_to_ask(nine: Path) -> None:
    said, _ = run(nine, "2.18", "2.20", "--model", "Llama-2-13b")
    flat = " ".join(said.split())
    assert (
        "Llama-2-13b: last printed by 2.19.1, last measured on 2.18.0, 2.20.2 has no decoder "
        "section; try `compare 2.18 2.19 --model Llama-2-13b`."
    ) in flat
    assert "Figures not listed: 70 removed. List them with --only removed" in flat
    said, _ = run(nine, "2.18", "2.19", "--model", "Llama-2-13b")
    assert "last printed" not in said


def test_a_section_that_ended_is_told_once_with_its_last_release(nine: Path) -> None:
    gone = "section-gone: inference of decoder models on inf2 and trn1 (90 rows), last printed by"
    said, _ = run(nine, "2.19", "2.20")
    assert " ".join(said.split()).count(f"{gone} 2.19.1") == 1
    said, _ = run(nine, "2.18", "2.20.0")
    # The page of inf1 has no tables in 2.20.0.
    assert "section-gone: inference of cnn models on inf1" in said
    assert "section-gone" not in run(nine, "2.20", "2.19")[0]
    assert "section-gone" not in run(nine, "2.20.1", "2.20.2")[0]


def test_what_only_lists_changes_no_summary_and_no_check(nine: Path) -> None:
    whole, _ = run(nine, "2.19", "2.20", "--fail-on", "regressed", code=1)
    some, _ = run(nine, "2.19", "2.20", "--only", "improved", "--fail-on", "regressed", code=1)
    assert whole.split("\nverdict")[0] == some.split("\nverdict")[0]
    assert "▼ regressed         " not in some.split("\nverdict", 1)[1]
    assert "regressed" in some.split("Figures not listed: ")[1]


def test_every_format_holds_the_same_rows(nine: Path) -> None:
    arguments = ("2.17", "2.18", "--model", "BERT-LARGE", "--instance", "trn1.2")
    records = json.loads(run(nine, *arguments, "--format", "json")[0])
    assert {row["instance_types"][0] for row in records} == {"trn1.2xlarge"}
    said, beside = run(nine, *arguments, "--format", "csv")
    assert said.startswith("comparison_key,base_release,target_release,")
    assert len(said.splitlines()) == len(records) + 1
    assert beside == "2.17 means 2.17.0; 2.18 means 2.18.2.\n"
    keys = [
        (r["comparison_key"], r["metric"], r["statistic"], r["base_benchmark_id"] or "~")
        for r in records
    ]
    assert keys == sorted(keys)
    parquet, _ = printed(nine, *arguments, "--format", "parquet")
    assert pq.read_table(io.BytesIO(parquet)).num_rows == len(records)


def test_filters_narrow_the_answer(nine: Path) -> None:
    arguments = ("--accelerator", "inf2", "--family", "encoder", "--metric", "latency")
    only = ("--only", "improved,regressed", "--tolerance", "0.1")
    said, _ = run(nine, "2.19", "2.20", *arguments, *only, "--format", "json")
    records = json.loads(said)
    assert records
    for row in records:
        assert (row["accelerator"], row["model_family"]) == ("inf2", "encoder")
        assert row["metric"] == "latency"
        low, high = sorted((row["base_value"], row["target_value"]))
        assert high > 1.1 * low


def test_markdown_is_a_conclusion_and_a_table_to_paste(nine: Path) -> None:
    arguments = ("2.19", "2.20", "--model", "distilbert", "--metric", "throughput,cost")
    said, beside = run(nine, *arguments, "--format", "markdown")
    assert beside == ""
    lines = said.splitlines()
    assert lines[0].startswith("**2.19.1 → 2.20.2: ")
    table = [line for line in lines if line.startswith("|")]
    assert table[0] == "| Verdict | Change | Figure | 2.19.1 | 2.20.2 | Row |"
    assert len(table) > 10
    # An escaped bar is no column.
    assert {len(line.replace("\\|", "").split("|")) for line in table} == {8}


def test_text_of_a_page_gives_no_order_to_a_terminal_or_to_markdown() -> None:
    assert visible_line("a\x1b[31mb\u202ec") == "a\\x1b[31mb\\u202ec"
    assert markdown("a|b `c` <d>") == "a\\|b \\`c\\` &lt;d&gt;"


def test_fail_on_ends_with_exit_code_1(nine: Path) -> None:
    arguments = ("2.19", "2.20", "--fail-on", "regressed")
    run(nine, *arguments, code=1)
    run(nine, *arguments, "--format", "json", code=1)
    run(nine, "2.20.0", "2.20.2", "--fail-on", "regressed")
    # A typing error of the vendor fails no build.
    cased = ("--model", "bert-base-cased", "--instance", "inf2", "--metric", "throughput")
    run(nine, *arguments, *cased, "--tolerance", "0.5")


@pytest.mark.parametrize(
    "arguments",
    [
        ("2.20", "latest"),
        ("2.20.1", "2.20.1"),
        ("2.18", "2.19", "--axis", "measured"),
        ("2.20.1", "2.20.2", "--model", "Llama-2-13b"),
        ("2.18", "2.20", "--model", "Llama-2-13b"),
        ("2.19", "2.20", "--model", "bert-base-cased-typo"),
        ("2.19", "2.20", "--instance", "inf2.2xlarge"),
    ],
)
def test_a_check_of_nothing_ends_with_exit_code_2(nine: Path, arguments: tuple[str, ...]) -> None:
    run(nine, *arguments, "--fail-on", "regressed", code=2)


@pytest.mark.parametrize(
    "arguments", [("2.20", "latest"), ("2.20.1", "2.20.2", "--model", "Llama-2-13b")]
)
def test_a_check_of_nothing_ends_so_in_a_form_for_programs_too(
    nine: Path, arguments: tuple[str, ...]
) -> None:
    run(nine, *arguments, "--fail-on", "regressed", "--format", "csv", code=2)


def test_previous_is_the_minor_before_the_other_side(nine: Path) -> None:
    said, _ = run(nine, "previous", "latest")
    assert "previous means 2.19.1; latest means 2.20.2." in " ".join(said.split())
    said, _ = run(nine, "2.19.0", "previous")
    assert said.startswith("2.19.0 → 2.18.2: ")
    said, _ = run(nine, "previous", "2.20", "--axis", "measured")
    assert "previous means 2.18.0 and 2.18.1" in said
    _, error = run(nine, "previous", "2.17", code=2)
    assert "there is no minor before 2.17.0" in error
    run(nine, "previous", "previous", code=2)


def test_a_model_is_found_however_it_is_spaced(nine: Path) -> None:
    for text in ("llama 2 13b", "LLAMA2-13B", "llama_2_13b"):
        said, _ = run(nine, "2.18", "2.19", "--model", text, "--format", "json")
        assert "Llama" in {row["model"][:5] for row in json.loads(said)}
    # As it is typed there is one, so that it means that one.
    said, _ = run(nine, "2.18", "2.19", "--model", "llama-2-13b", "--format", "json")
    assert {row["model"] for row in json.loads(said)} == {"Llama-2-13b"}


def test_models_are_listed_with_their_releases(nine: Path) -> None:
    said, _ = run(nine, "llama", "2", "13b", "--format", "json", command="models")
    found = {row["model"]: row for row in json.loads(said)}
    assert set(found) == {"Llama-2-13b", "Llama2-13B pre-training"}
    assert found["Llama-2-13b"]["first_release"] == "2.17.0"
    assert found["Llama-2-13b"]["last_release"] == "2.19.1"
    assert found["Llama-2-13b"]["last_measured"] == "2.18.0"
    said, _ = run(nine, "--format", "json", command="models")
    assert len(json.loads(said)) > len(found)
    _, error = run(nine, "lamma-2-13b", command="models", code=2)
    assert "unknown model 'lamma-2-13b' (nearest: Llama-2-13b, " in error


def test_costs_at_ones_own_price_come_from_throughput(nine: Path, tmp_path: Path) -> None:
    book = tmp_path / "prices.csv"
    book.write_text("instance_type,usd_per_hour,region\ninf2.xlarge,0.35,us-east-1\n")
    base = ("2.19", "2.20", "--format", "json", "--metric", "cost,throughput")
    for option in (("--usd-per-hour", "inf2.xlarge=0.35"), ("--price-book", str(book))):
        said, beside = run(nine, *base, *option)
        assert "each is throughput at your USD per hour (inf2.xlarge 0.35" in beside
        rows = json.loads(said)
        ids = ("base_benchmark_id", "target_benchmark_id")
        speeds = {tuple(r[i] for i in ids): r for r in rows if r["metric"] == "throughput"}
        costs = [row for row in rows if row["metric"] == "cost"]
        assert {tuple(row["instance_types"]) for row in costs} == {("inf2.xlarge",)}
        assert len(costs) > 60
        for cost in costs:
            speed = speeds[tuple(cost[i] for i in ids)]
            assert (cost["verdict"], cost["better"]) == (speed["verdict"], speed["better"])
            for side in ("base", "target"):
                if speed[f"{side}_value"]:
                    own = 0.35 / speed[f"{side}_value"] / 3600 * 1e6
                    assert cost[f"{side}_value"] == pytest.approx(own)
                    assert cost[f"{side}_basis"] == "given"
    said, _ = run(nine, "2.19", "2.20", "--usd-per-hour", "inf2.xlarge=0.35")
    assert "Costs are not the published ones" in said
    assert "price-basis" not in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("2.21", "2.20"), "unknown release '2.21' (choose from 2.20.2, 2.20.1,"),
        (("2.16.0", "2.20"), "unknown release '2.16.0' (choose from 2.17.0, 2.18.0,"),
        (("2.20", "2.20.x"), "unknown release '2.20.x' (choose from 2.20.2,"),
        (("2.9", "2.20", "--axis", "measured"), "unknown release '2.9' (choose from 2.12.0,"),
        (("2.19", "2.20", "--only", "better"), "verdict 'better'"),
        (("2.19", "2.20", "--metric", "cost,speed"), "metric 'speed'"),
        (("2.19", "2.20", "--accelerator", "trn9"), "accelerator 'trn9'"),
        (("2.19", "2.20", "--family", "encoders"), "model family 'encoders'"),
        (("2.19", "2.20", "--tolerance", "3"), "between 0 and 1 (0.02 = 2 %), got 3"),
        (("2.19", "2.20", "--tolerance", "much"), "write 0.05 or 5%"),
        (("2.19", "2.20", "--model", "distillbert"), "(nearest: distilbert-base-cased,"),
        (("2.19", "2.20", "--model", "--"), "argument"),
        (("2.19", "2.20", "--model=-"), "has no letter or digit"),
        (("2.19", "2.20", "--instance", "inf2.large"), "(nearest: inf2.xlarge, "),
        (("2.19", "2.20", "--usd-per-hour", "inf2.xlarge"), "inf2.xlarge=0.35"),
        (("2.19", "2.20", "--usd-per-hour", "inf2.xl=1"), "(nearest: inf2.xlarge, "),
    ],
)
def test_a_mistake_is_one_line_with_what_there_is(
    nine: Path, arguments: tuple[str, ...], told: str
) -> None:
    _, said = run(nine, *arguments, code=2)
    assert told in said
    assert len(said.splitlines()) == 1


def test_the_command_imports_no_dagster_pyarrow_or_pandas(nine: Path) -> None:
    code = (
        "import sys; sys.argv = ['n', 'compare', '2.19', '2.20', '--root', sys.argv[1]]\n"
        "from dagster_project.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'dagster', 'pyarrow', 'pandas', 'numpy', 'rich', 'lxml'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(nine)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
