"""A build's report as JSON, and the command that gets it when something was published.

This module writes the JSON and runs the command. Put facts in `report`; sentences, in `summary`.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dagster_project.build.summary import summary_lines

if TYPE_CHECKING:
    from dagster_project.build.build_report import BuildReport

# Standard output may hold the build's own JSON.
_STANDARD_ERROR = 2
ON_CHANGE_VARIABLE = "NEURON_WAREHOUSE_ON_CHANGE"


def as_json(report: BuildReport, program: str = "neuron-warehouse") -> dict[str, Any]:
    """Return a report as one object for `json.dumps`, with the summary's text in `summary`.

    Args:
        report: What the build did.
        program: How this program is called, to name the next command in the summary.
    """
    facts = asdict(report)
    watched = facts.pop("watched")
    return {
        **facts,
        "regressed": [one for one in watched if one["verdict"] == "regressed"],
        "improved": [one for one in watched if one["verdict"] == "improved"],
        "summary": "\n".join(summary_lines(report, program)),
    }


def announce(report: BuildReport, command: str) -> str | None:
    """Run a command with the report as JSON on its standard input, if a version was published.

    Args:
        report: What the build did.
        command: A command line of the shell; `NEURON_WAREHOUSE_VERSION` is set for it.

    Returns:
        A warning where the command failed; None where it succeeded or there was no need to run it.
    """
    if not report.changed or report.version is None:
        return None
    try:
        done = subprocess.run(  # noqa: S602 - the command is the user's own line of shell
            command,
            shell=True,
            input=json.dumps(as_json(report), ensure_ascii=False),
            stdout=_STANDARD_ERROR,
            text=True,
            encoding="utf-8",
            check=False,
            env=os.environ | {"NEURON_WAREHOUSE_VERSION": str(report.version)},
        )
    except (OSError, ValueError) as error:
        return _failed(command, report, str(error))
    if done.returncode == 0:
        return None
    ended = f"exit code {done.returncode}"
    if done.returncode < 0:
        ended = f"signal {-done.returncode}"
    return _failed(command, report, f"ended with {ended}")


def _failed(command: str, report: BuildReport, reason: str) -> str:
    return (
        f"the command {command!r} of --on-change failed ({reason}); dataset version "
        f"{report.version} is published all the same"
    )
