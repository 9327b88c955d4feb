"""`identify` as a person calls it."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

FREEZE = "neuronx-cc==2.15.128.0+56dc5a86\ntorch_neuronx==2.1.2.2.3.0\nscipy==1.11.2\n"


@pytest.fixture(autouse=True)
def _on_the_bundled_root(call: Call, bundled_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call  # it clears the environment
    monkeypatch.setenv("NEURON_WAREHOUSE_ROOT", str(bundled_root))


def _typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_file_is_identified_in_one_sentence(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "freeze.txt"
    file.write_text(FREEZE)
    done = call("identify", str(file))
    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert first == "All 2 versions are of Neuron SDK 2.20.0 (for inf2 or trn1)."


def test_standard_input_is_read_and_answered_as_one_object(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    _typed(monkeypatch, FREEZE)
    answer = json.loads(call("identify", "-", "--format", "json", "--python", "3.8.10").stdout)
    assert answer["release"] == "2.20.0"
    assert answer["fits"] == ["2.20.0"]
    assert answer["python"] == "3.8"
    assert answer["other_packages"] == 1
    (newest,) = answer["newest"]
    assert newest["release"] == "2.21.0"
    assert "2.32.0" in newest["unsupported"]


def test_a_mixed_installation_names_both_releases(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    _typed(
        monkeypatch, FREEZE + "aws-neuronx-dkms-2.15.9.0-dkms.noarch\ntransformers-neuronx==9.9.9"
    )
    done = call("identify", "-")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Mixed: 2 of 3 packages are of 2.20.0 (for inf2 or trn1); ")
    assert "aws-neuronx-dkms 2.15.9.0 is of 2.16.0, 2.16.1" in lines[0]
    assert "In no list: transformers-neuronx 9.9.9 (none, newer than that of 2.2" in done.stdout


def test_rows_are_written_in_every_format(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head = "package,version,standing,releases,listed,newest"
    _typed(monkeypatch, FREEZE)
    done = call("identify", "-", "--format", "csv")
    assert done.stdout.splitlines()[0] == head
    assert done.stderr.startswith("All 2 versions are of Neuron SDK 2.20.0")
    _typed(monkeypatch, FREEZE)
    file = tmp_path / "rows.parquet"
    file.write_bytes(call("identify", "-", "--format", "parquet").output)
    assert pq.read_table(file).column_names == head.split(",")


@pytest.mark.parametrize(
    "case",
    [
        (
            "scipy==1.11.2\n",
            2,
            "names no package of the Neuron SDK with its version (and 1 others)",
        ),
        ("\0\x1b[2J\udc80", 2, "names no package of the Neuron SDK"),
        (None, 3, "cannot read 'none.txt': No such file or directory"),
    ],
)
def test_a_text_without_packages_is_one_line(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[str | None, int, str]
) -> None:
    text, code, told = case
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / "none.txt").write_bytes(text.encode(errors="surrogateescape"))
    done = call("identify", "none.txt")
    assert done.returncode == code
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--python", "three"), "'three' is not a version of Python; write 3.10"),
        (("--accelerator", "gpu"), "unknown accelerator 'gpu' (choose from inf1"),
    ],
)
def test_a_mistake_is_one_line(call: Call, arguments: tuple[str, ...], told: str) -> None:
    done = call("identify", "-", *arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_without_a_file_it_is_about_this_environment(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "neuronx_cc-2.15.128.0+56dc5a86.dist-info"
    installed.mkdir()
    head = "Metadata-Version: 2.1\nName: neuronx-cc\nVersion: 2.15.128.0+56dc5a86\n"
    (installed / "METADATA").write_text(head)
    monkeypatch.syspath_prepend(str(tmp_path))
    answer = json.loads(call("identify", "--format", "json").stdout)
    assert answer["fits"] == ["2.20.0"]
    assert answer["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"
