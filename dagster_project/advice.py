"""What Dagster logs for people: a failed run's messages, and what to look at after a good one.

This module has the texts and the hook that logs one. What calls them lives in `sensors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from warehouse.visible import visible

_GUIDE = "docs/reference/messages.md says what each message means and what to do"


@dg.failure_hook(name="say_what_to_do")
def say_what_to_do(context: dg.HookContext) -> None:
    """Log what a person must do about a failed step."""
    context.log.error(failure_advice(context.job_name, [str(context.op_exception)]))


def failure_advice(job: str, messages: Sequence[str]) -> str:
    """Return the text for a failed run: its messages, each with its remedy, and a guide.

    Args:
        job: Name of the job.
        messages: Messages of its failed steps.
    """
    return _with_guide(f"{job} failed; the last good data stays.", messages)


def attention_advice(job: str, messages: Iterable[str]) -> str:
    """Return the text for a run that published a version and left something to look at.

    Args:
        job: Name of the job.
        messages: What its failed checks say.
    """
    return _with_guide(f"{job} published what it could read. Look at:", messages)


def check_messages(evaluations: Iterable[dg.AssetCheckEvaluation]) -> list[str]:
    """Return what failed checks of a run say: their names and their first examples."""
    return [
        f"{one.asset_key.to_user_string()}, {one.check_name}:\n{_examples(one.metadata)}"
        for one in evaluations
        if not one.passed
    ]


def _examples(metadata: Mapping[str, dg.MetadataValue]) -> str:
    value = metadata.get("examples")
    return str(value.value) if value is not None else "see the check's page"


def _with_guide(first: str, messages: Iterable[str]) -> str:
    lines = [line for message in messages for line in message.splitlines() if line.strip()]
    return "\n".join([first, *map(visible, lines), f"{_GUIDE}."])
