"""`measure` and `compare --own`: what they keep, what they say, and what stays untouched."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

import neuron_warehouse as nw
from pipelines.errors import UsageError
from tests.warehouse.conftest import tree
from tests.warehouse.questions.own import result_files as made
from tests.warehouse.questions.own.published_llama import COMPILERS, publish_llama

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call, Called
    from tests.shelf import Shelf

pytestmark = pytest.mark.slow

SUPPLIED = ("--instance-type", "inf2.48xlarge", "--release", "2.18.2")


@pytest.fixture(scope="session")
def llama_root(shelf: Shelf) -> Path:
    """Return a root with what AWS published; never change it."""
    return shelf.folder("published-llama", publish_llama)


@pytest.fixture
def root(llama_root: Path, tmp_path: Path) -> Path:
    """Return a copy of that root."""
    shutil.copytree(llama_root, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def ask(call: Call, root: Path) -> Call:
    """Return a function that asks the root."""

    def asked(*arguments: str) -> Called:
        return call(*arguments, "--root", str(root))

    return asked


@pytest.fixture
def bring(ask: Call, tmp_path: Path) -> Call:
    """Return a function that imports a file with this content."""

    def brought(content: bytes, *arguments: str, name: str = "results.json") -> Called:
        (tmp_path / name).write_bytes(content)
        return ask("measure", "import", str(tmp_path / name), *arguments)

    return brought


def _text(called: Called) -> str:
    assert called.returncode == 0, called.stderr
    return called.stdout.replace("\n", " ")


def _rows(called: Called) -> list[dict[str, Any]]:
    assert called.returncode == 0, called.stderr
    found: list[dict[str, Any]] = json.loads(called.stdout)
    return found


def _count(ask: Call) -> int:
    (row,) = _rows(ask("sql", "SELECT count(*) AS n FROM own_measurements", "--format", "json"))
    return int(row["n"])


def test_the_table_is_there_and_empty_before_anything_is_imported(ask: Call, root: Path) -> None:
    assert _count(ask) == 0
    (listed,) = [line for line in ask("tables").stdout.splitlines() if "own_meas" in line]
    assert listed.split()[1:3] == ["table", "0"]
    assert len(nw.open(root).own_measurements()) == 0


def test_an_import_is_kept_as_published_rows_are_keyed(ask: Call, bring: Call) -> None:
    text = _text(bring(made.vllm(), *SUPPLIED))
    assert text.startswith("Import 1: results.json (vLLM's serving benchmark), 15 figures of 1 run")
    assert "Llama-2-13b-hf is taken for the published Llama-2-13b." in text
    query = (
        "SELECT DISTINCT model, model_in_file, accelerator, instance_types, input_length, "
        "concurrency, measured_release, release_from FROM own_measurements"
    )
    (row,) = _rows(ask("sql", query, "--format", "json"))
    assert row == {
        "model": "Llama-2-13b",
        "model_in_file": "meta-llama/Llama-2-13b-hf",
        "accelerator": "inf2",
        "instance_types": ["inf2.48xlarge"],
        "input_length": 128,
        "concurrency": 8,
        "measured_release": "2.18.2",
        "release_from": "option",
    }


def test_importing_twice_changes_nothing(root: Path, bring: Call) -> None:
    bring(made.vllm(), *SUPPLIED)
    before = tree(root)
    assert "No changes: import 1 already holds results.json" in _text(bring(made.vllm(), *SUPPLIED))
    assert tree(root) == before


def test_other_answers_about_a_file_replace_what_counts_and_the_old_import_stays(
    ask: Call, root: Path, bring: Call
) -> None:
    bring(made.vllm(), *SUPPLIED)
    count = _count(ask)
    first = (root / "own/000001.json").read_bytes()
    bring(made.vllm(), *SUPPLIED, "--batch-size", "16")
    assert _count(ask) == count
    assert (root / "own/000001.json").read_bytes() == first
    listed = _rows(ask("measure", "list", "--format", "json"))
    assert [(one["number"], one["counts"]) for one in listed] == [(1, False), (2, True)]
    assert ask("measure").stdout == ask("measure", "list").stdout


def test_an_import_that_is_dropped_stays_and_counts_no_more(
    ask: Call, root: Path, bring: Call
) -> None:
    bring(made.vllm(), *SUPPLIED)
    first = (root / "own/000001.json").read_bytes()
    said = ask("measure", "drop", "1").stdout
    assert said == "Import 2: nothing of results.json counts any more.\n"
    assert _count(ask) == 0
    assert (root / "own/000001.json").read_bytes() == first
    again = ask("measure", "drop", "1")
    assert again.returncode == 2
    assert "import 1 does not count (those that do: none)" in again.stderr
    # It can come back.
    assert _text(bring(made.vllm(), *SUPPLIED)).startswith("Import 3: ")
    assert _count(ask) == 15


def test_no_published_file_changes_and_versions_stay_whole(
    ask: Call, root: Path, bring: Call
) -> None:
    before = tree(root)
    listed = ask("versions").stdout
    bring(made.vllm(), *SUPPLIED)
    after = tree(root)
    assert {path: after[path] for path in before} == before
    assert {path for path in after if path not in before} == {"own/000001.json"}
    assert ask("versions").stdout == listed
    assert "all as they were published" in ask("versions", "verify").stdout
    ask("versions", "prune", "--keep", "1", "--yes")
    assert tree(root)["own/000001.json"] == after["own/000001.json"]


def test_a_damaged_import_is_reported_and_never_read(ask: Call, root: Path, bring: Call) -> None:
    bring(made.vllm(), *SUPPLIED)
    path = root / "own/000001.json"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"Llama-2-13b", b"Llama-2-70b", 1))
    said = ask("sql", "FROM own_measurements")
    assert said.returncode == 3
    assert "own/000001.json is damaged; remove it, and import its file again" in said.stderr
    assert said.stderr.count("\n") == 1
    verified = ask("versions", "verify")
    assert verified.returncode == 1
    assert "damaged" in verified.stdout
    assert "own/000001.json" in verified.stdout
    # What was published does not suffer.
    assert ask("sql", "SELECT 1 FROM benchmarks").returncode == 0


def test_compare_own_says_what_is_reached_and_what_differs(ask: Call, bring: Call) -> None:
    bring(made.vllm(), *SUPPLIED, "--batch-size", "8", "--framework", "vLLM")
    text = _text(ask("compare", "--own"))
    assert text.startswith(
        "Llama-2-13b (import 1, results.json): you reach 73.7 % of what AWS published for 2.18.2 "
        "on inf2.48xlarge, batch 8 (throughput)."
    )
    assert "framework vLLM (published Transformers NeuronX)" in text
    assert "SDK 2.18.2 (published 2.18.0)" in text
    assert "What you do not say (published): tp degree 24" in text
    assert "Without a published counterpart: throughput in requests/s" in text


def test_compare_own_gives_the_same_as_data(ask: Call, root: Path, bring: Call) -> None:
    bring(made.vllm(), *SUPPLIED, "--batch-size", "8")
    rows = _rows(ask("compare", "--own", "2.19.1", "--format", "json"))
    by_figure = {(row["metric"], row["statistic"], row["unit"]): row for row in rows}
    one = by_figure["throughput", "mean", "output tokens/s"]
    assert one["published_release"] == "2.19.1"
    assert one["published_value"] == 500
    assert one["reached"] == pytest.approx(made.OUTPUT / 500)
    # Less time is more speed.
    first = by_figure["ttft", "p50", "ms"]
    assert (first["ratio"], first["reached"]) == (pytest.approx(1.1), pytest.approx(1 / 1.1))
    assert by_figure["throughput", "mean", "tokens/s"]["published_value"] is None
    assert nw.open(root).compare_own("2.19.1").arrow().to_pylist() == rows
    assert ask("compare", "--own", "--format", "csv").stdout.count("\n") == len(rows) + 1
    assert "| import_number |" in ask("compare", "--own", "--format", "markdown").stdout


def test_requests_in_flight_choose_the_row_where_no_batch_size_is_said(
    ask: Call, bring: Call
) -> None:
    bring(made.vllm(), *SUPPLIED)
    rows = _rows(ask("compare", "--own", "--format", "json"))
    assert {row["published_batch_size"] for row in rows} == {8}


def test_rows_that_are_as_near_are_named(ask: Call, bring: Call) -> None:
    bring(made.vllm(max_concurrency=None), *SUPPLIED)
    assert "As near, with other figures: batch size 1; state more settings" in _text(
        ask("compare", "--own")
    )


def test_a_flagged_published_row_is_said_to_be_one(ask: Call, bring: Call) -> None:
    bring(made.vllm(), *SUPPLIED, "--model", "Llama-2-70b")
    assert "The published row has an error flag" in _text(ask("compare", "--own"))


def test_a_slip_is_flagged_kept_and_not_judged(ask: Call, bring: Call) -> None:
    slipped = made.vllm(median_ttft_ms=0.11, mean_ttft_ms=0.11, p99_ttft_ms=0.13)
    assert "Flagged and kept as it is: ttft in ms looks like seconds, stated as ms" in _text(
        bring(slipped, *SUPPLIED)
    )
    query = "SELECT statistic, value, flag FROM own_measurements WHERE flag IS NOT NULL ORDER BY 1"
    assert _rows(ask("sql", query, "--format", "json")) == [
        {"statistic": "mean", "value": 0.11, "flag": "unit-slip"},
        {"statistic": "p50", "value": 0.11, "flag": "unit-slip"},
        {"statistic": "p99", "value": 0.13, "flag": "unit-slip"},
    ]
    assert "Flagged, and not judged: ttft p50, looks like seconds" in _text(ask("compare", "--own"))
    rows = _rows(ask("compare", "--own", "--metric", "ttft", "--format", "json"))
    assert {row["reached"] for row in rows} == {None}


@pytest.mark.parametrize(
    ("column", "value", "reading"),
    [
        ("throughput_output_tokens_per_s", 400 * 60, "a rate per minute"),
        ("throughput_output_tokens_per_s", 500 / 8, "the rate of one of 8 requests, not of all"),
        ("tpot_p99_ms", 25_000, ""),
        ("ttft_p50_ms", 100_000, "ms, stated as seconds"),
        ("ttft_p99_ms", 0.12 * 2, "seconds, stated as ms"),
    ],
)
def test_a_lone_figure_is_judged_by_the_published_one(
    ask: Call, bring: Call, column: str, value: float, reading: str
) -> None:
    content = (
        f"model,instance_type,batch_size,{column}\nLlama-2-13b,inf2.48xlarge,8,{value}\n".encode()
    )
    bring(content, name="lone.csv")
    (row,) = _rows(ask("compare", "--own", "--format", "json"))
    assert (reading in (row["flag"] or "")) if reading else row["flag"] is None
    assert row["reached"] is None


def test_the_sdk_is_found_by_what_is_installed(bring: Call, tmp_path: Path) -> None:
    freeze = tmp_path / "freeze.txt"
    freeze.write_text(f"numpy==1.26.0\nneuronx-cc=={COMPILERS['2.18.2']}+abc\n")
    text = _text(bring(made.vllm(), "--instance-type", "inf2.48xlarge", "--packages", str(freeze)))
    assert "SDK 2.18.2" in text
    assert "The packages are of SDK 2.18.2." in text


def test_an_import_answers_in_json(bring: Call) -> None:
    document = json.loads(bring(made.vllm(), *SUPPLIED, "--format", "json").stdout)
    assert (document["import_number"], document["is_new"], document["tool"]) == (
        1,
        True,
        "vllm-serve",
    )
    assert document["flags"] == []
    assert len(document["rows"]) == 15


def test_runs_of_one_file_are_told_apart(ask: Call, bring: Call) -> None:
    bring(made.vllm() + b"\n" + made.vllm(max_concurrency=1), *SUPPLIED)
    text = ask("compare", "--own").stdout
    assert "Llama-2-13b (import 1, run 0, results.json): you reach" in text
    assert "Llama-2-13b (import 1, run 1, results.json): " in text


def test_a_run_without_a_published_row_is_told_where_its_model_was_published(
    ask: Call, bring: Call
) -> None:
    bring(made.vllm(), "--instance-type", "trn1.32xlarge")
    assert "on trn1.32xlarge; the model was published on inf2.48xlarge." in _text(
        ask("compare", "--own")
    )


def test_a_model_that_nobody_published_is_kept_and_said_to_be_new(ask: Call, bring: Call) -> None:
    text = _text(bring(made.vllm(model_id="mistral-7b"), *SUPPLIED))
    assert "No published row has the model mistral-7b (nearest: " in text
    assert "AWS published nothing that compares with it on inf2.48xlarge" in _text(
        ask("compare", "--own")
    )


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (b"{}", (), "results.json is of no load generator that is known"),
        (made.vllm(), ("--tool", "vlm"), "unknown tool 'vlm' (choose from"),
        (made.vllm(), (), "does not name its instance type; say it with --instance-type"),
        (made.vllm(model_id=None), SUPPLIED, "does not name its model; say it with --model"),
        (
            made.vllm(),
            (*SUPPLIED, "--model", "llama-2"),
            "model 'llama-2' is ambiguous (nearest",
        ),
        (
            made.vllm(),
            ("--instance-type", "inf2.49xlarge"),
            "unknown instance type 'inf2.49xlarge' (nearest: ",
        ),
        (
            made.vllm(),
            ("--instance-type", "inf2.48xlarge", "--release", "2.99"),
            "unknown release '2.99' (choose from ",
        ),
        (made.vllm(), (*SUPPLIED, "--batch-size", "0"), "batch_size must be above 0, got 0"),
        (made.vllm(), (*SUPPLIED, "--batch-size", "x"), "batch_size must be a whole number"),
        (made.vllm(), (*SUPPLIED, "--packages", "nowhere.txt"), "cannot read 'nowhere.txt'"),
        (made.plain_csv(workload="x"), (), "unknown workload 'x' (choose from inference"),
    ],
)
def test_a_mistake_is_one_line_and_imports_nothing(
    bring: Call, root: Path, content: bytes, arguments: tuple[str, ...], says: str
) -> None:
    called = bring(content, *arguments)
    assert called.returncode == (3 if "cannot read" in says else 2)
    assert says in called.stderr
    assert called.stderr.count("\n") == 1
    assert not (root / "own").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("compare", "--own"), "nothing was imported into this dataset; run `neuron-warehouse mea"),
        (("compare", "--own", "2.18", "2.19"), "--own takes no a second release"),
        (("compare", "--own", "--only", "improved"), "--own takes no --only"),
        (("compare", "2.18"), "the following arguments are required: TARGET; see"),
        (("compare",), "the following arguments are required: BASE, TARGET; see"),
        (("measure", "import", "nowhere.json"), "cannot read 'nowhere.json': No such file"),
        (("measure", "import", "-", "--packages", "-"), "cannot be both the results and the packa"),
        (("measure", "drop", "1"), "import 1 does not count (those that do: none)"),
        (("measure", "imprt", "-"), "did you mean 'import'?"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_line(
    ask: Call, arguments: tuple[str, ...], says: str
) -> None:
    called = ask(*arguments)
    assert called.returncode in (2, 3)
    assert says in called.stderr
    assert called.stderr.count("\n") == 1


def test_names_among_imports_are_checked(root: Path, bring: Call) -> None:
    bring(made.vllm(), *SUPPLIED)
    with pytest.raises(UsageError, match="unknown model 'bret'"):
        nw.open(root).compare_own(model="bret")
    with pytest.raises(UsageError, match=r"unknown release '1\.0'"):
        nw.open(root).compare_own("1.0")
    with pytest.raises(UsageError, match="no figure that was imported passes the filters"):
        nw.open(root).compare_own(instance="trn1")
