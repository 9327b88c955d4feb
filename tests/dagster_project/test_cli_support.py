"""`support` as a person calls it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call


@pytest.fixture(autouse=True)
def _on_the_bundled_root(call: Call, bundled_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call  # it clears the environment
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(bundled_root))


def test_a_question_with_one_answer_is_answered_in_the_first_line(call: Call) -> None:
    asked = ("--accelerator", "inf1", "--framework", "pytorch 1.13", "--python", "3.8")
    done = call("support", *asked)
    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert first.startswith(
        "The last release for inf1 with PyTorch 1.13 (torch-neuron) on Python 3.8 is 2.21.0; "
    )


def test_without_options_every_accelerator_has_a_row(call: Call) -> None:
    rows = json.loads(call("support", "--format", "json").stdout)
    assert [row["accelerator"] for row in rows] == ["inf1", "inf2", "trn1", "trn2", "trn3"]
    assert all(row["evidence"] for row in rows)
    trn1 = rows[2]
    assert trn1["contradictions"]["not-on-hardware-page"][0] == "2.21.0"


def test_rows_alone_are_written_to_standard_output(call: Call) -> None:
    done = call("support", "--package", "neuronx-cc", "--python", "all", "--format", "csv")
    assert done.stdout.startswith("accelerator,framework,package,python,first_release,")
    assert "The last release" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--accelerator", "gpu"), "unknown accelerator 'gpu' (choose from inf1"),
        (("--framework", "caffe"), "unknown framework 'caffe' (choose from pytorch"),
        (("--package", "neuronxcc"), "no page lists neuronxcc; listed are neuronx-cc"),
        (("--python", "2.7"), "'2.7' is not a version of Python"),
        (("--accelerator", "inf1", "--python", "3.7"), "no page states Python 3.7"),
        (("--accelerator", "inf1", "--framework", "jax"), "no page lists JAX for inf1"),
    ],
)
def test_a_mistake_is_one_line(call: Call, arguments: tuple[str, ...], told: str) -> None:
    done = call("support", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
