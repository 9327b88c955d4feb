"""Watched models: how `watch.toml` is read, and what is reported of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dagster_project.build.build_report import report_versions
from dagster_project.build.watching import Watch, read_watches, watch_path
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_an_entry_needs_a_model_alone(tmp_path: Path) -> None:
    file = tmp_path / "watch.toml"
    file.write_text(
        '[[watch]]\nmodel = "bert"\n[[watch]]\nmodel = "Llama"\ninstance = "inf2"\n'
        'metric = "throughput"\ntolerance = 0.1\n'
    )
    assert read_watches(str(file)) == (
        Watch("bert"),
        Watch("Llama", "inf2", "throughput", 0.1),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"has no \[\[watch\]\] entry"),
        ("watch = 3", r"has no \[\[watch\]\] entry"),
        ("not toml", "cannot be read"),
        ('[[watch]]\ninstance = "inf2"', "entry 1: needs a model"),
        ('[[watch]]\nmodel = "a"\nmetrik = "x"', "entry 1: unknown key 'metrik' .choose from"),
        ('[[watch]]\nmodel = "a"\nmetric = "speed"', "unknown metric 'speed' .choose from"),
        ('[[watch]]\nmodel = "a"\ntolerance = 5', "tolerance must be between 0 and 1"),
        ('[[watch]]\nmodel = "a"\ntolerance = "5 %"', "tolerance must be a number, got '5 %'"),
        ("[[watch]]\nmodel = 3", "model must be a text"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "watch.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=reason):
        read_watches(str(file))


def test_a_file_that_is_not_there_is_an_error_only_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEURON_WAREHOUSE_WATCH", raising=False)
    assert watch_path(None) is None
    assert read_watches(None) == ()
    with pytest.raises(UsageError, match="No such file"):
        read_watches(watch_path("other.toml"))
    (tmp_path / "watch.toml").touch()
    assert watch_path(None) == "watch.toml"
    monkeypatch.setenv("NEURON_WAREHOUSE_WATCH", "mine.toml")
    assert watch_path(None) == "mine.toml"


def test_what_got_better_in_a_new_release_is_reported(grown_root: Path) -> None:
    watch = Watch("bert-base-cased", "inf2", "throughput")
    found = report_versions(str(grown_root), watches=[watch]).watched
    assert found
    for change in found:
        assert (change.verdict, change.metric) == ("improved", "throughput")
        assert (change.base_release, change.target_release) == ("2.20.0", "2.20.1")
        assert change.change == pytest.approx(0.5)
        assert change.instance.startswith("inf2")


def test_a_change_within_the_tolerance_is_not_reported(grown_root: Path) -> None:
    watch = Watch("bert-base-cased", "inf2", "throughput", tolerance=0.6)
    assert report_versions(str(grown_root), watches=[watch]).watched == ()


def test_a_model_that_no_release_prints_is_a_warning_and_no_error(grown_root: Path) -> None:
    watches = [Watch("no such model"), Watch("bert-base-cased", "inf2", "throughput")]
    report = report_versions(str(grown_root), watches=watches)
    assert report.watched
    assert any("unknown model 'no such model'" in warning for warning in report.warnings)
