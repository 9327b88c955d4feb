"""A report as text and as JSON, and the command that gets it."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dagster_project.build.announce import announce, as_json
from dagster_project.build.build_report import BuildReport, HeldBack, report_versions
from dagster_project.build.summary import summary_lines
from dagster_project.build.watching import Watch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def report(grown_root: Path) -> BuildReport:
    """Return the report of a version that brought a release, with a watched model."""
    return report_versions(str(grown_root), watches=[Watch("bert-base-cased", "inf2")])


HELD = HeldBack(
    release="2.20.1",
    page="inf2-inference",
    url="https://e.org/p.html",
    problems=("page x: is cut",),
    has_last_rows=True,
)


def test_json_and_text_have_the_same_facts(report: BuildReport) -> None:
    facts = json.loads(json.dumps(as_json(replace(report, held_back=(HELD,)))))
    assert (facts["version"], facts["changed"]) == (2, True)
    assert facts["new_releases"] == ["2.20.1"]
    assert [one["release"] for one in facts["releases"]] == ["2.19.1", "2.20.0", "2.20.1"]
    assert facts["flags"]["error"] > 0
    assert facts["new_flags"][0]["rule"] == "degrees"
    assert facts["held_back"][0]["page"] == "inf2-inference"
    assert {one["verdict"] for one in facts["improved"]} == {"improved"}
    text = facts["summary"]
    assert "1 new (2.20.1)" in text
    assert "1 new error of the rule degrees (2.20.1), such as:" in text
    assert "2.20.1: the page inf2-inference was held back; its last good rows stay" in text
    assert "improved: bert-base-cased on inf2" in text


def test_a_report_without_a_version_says_that_nothing_was_changed() -> None:
    report = BuildReport("data", "bundled", None, changed=False, refused={"2.20.0": "no"})
    assert list(summary_lines(report, "nw")) == [
        "Nothing was changed in data: no release of the source could be read."
    ]
    assert as_json(report)["version"] is None


def _command(script: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(script)}"


def test_the_command_gets_the_json_on_its_standard_input(
    report: BuildReport, tmp_path: Path
) -> None:
    out = tmp_path / "got.json"
    script = f"import sys, os; open({str(out)!r}, 'w').write(sys.stdin.read())"
    assert announce(report, _command(script)) is None
    assert json.loads(out.read_text("utf-8")) == json.loads(json.dumps(as_json(report)))


def test_the_command_does_not_run_if_nothing_was_published(
    report: BuildReport, tmp_path: Path
) -> None:
    out = tmp_path / "got"
    assert announce(replace(report, changed=False), f"touch {out}") is None
    assert announce(replace(report, version=None), f"touch {out}") is None
    assert not out.exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("exit 7", "ended with exit code 7"),
        ("no-such-command-here", "ended with exit code 127"),
        ("kill -9 $$", "ended with signal 9"),
    ],
)
def test_a_command_that_fails_is_a_warning(report: BuildReport, command: str, reason: str) -> None:
    warning = announce(report, command)
    assert warning == (
        f"the command {command!r} of --on-change failed ({reason}); dataset version 2 is "
        "published all the same"
    )


def test_what_the_command_prints_goes_to_standard_error(
    report: BuildReport, capfd: pytest.CaptureFixture[str]
) -> None:
    announce(report, "cat > /dev/null; echo sent $NEURON_WAREHOUSE_VERSION")
    assert capfd.readouterr() == ("", "sent 2\n")


def test_a_release_whose_minor_got_a_newer_patch_is_not_reported_as_changed(
    report: BuildReport,
) -> None:
    assert report.changed_releases == ()
