"""This module settles what a run was made with: what its file says, and what the user adds.

It turns texts into values, finds the published name of a model, and checks the instance type. What
the user says wins over the file, and is told; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.contract.accelerators import ACCELERATORS, NEURON_CORES
from pipelines.errors import UsageError
from warehouse.comparison.model_names import is_called, letters, nearest, unknown_name
from warehouse.database.own_imports.own_table import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from warehouse.questions.own.own_runs import OwnRun

_BY_NAME = {column.name: column for column in SETTINGS}
_ENDINGS = re.compile(r"[-_ ](?:hf|chat|instruct|it)$", re.IGNORECASE)
"""Ends of a model's name that say how it was trained, and change no figure."""
_INSTANCE = re.compile(r"(?P<family>[a-z]+\d)[a-z]*\.\d*xlarge", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublishedNames:
    """What a warehouse has: its models, and its instance types."""

    models: tuple[str, ...]
    instances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettledRun:
    """A run whose settings are values of their columns.

    Attributes:
        run: The run.
        model_in_file: Its name for the model, where that is not the published one.
        remarks: What was decided, in sentences.
    """

    run: OwnRun
    model_in_file: str | None
    remarks: tuple[str, ...]


def settled(
    run: OwnRun, given: Mapping[str, str], names: PublishedNames, file_name: str
) -> SettledRun:
    """Return a run with everything that is known of it.

    Args:
        run: What the file says.
        given: What the user says, by column.
        names: What the warehouse has.
        file_name: The file, for messages.

    Raises:
        UsageError: The model or the instance type is missing, unknown or ambiguous, or a value is
            not of its column's type.
    """
    settings = {**run.settings, **given}
    for name, option in (("model", "--model"), ("instance_types", "--instance-type")):
        if not settings.get(name):
            what = name.replace("_types", " type")
            raise UsageError(f"{file_name} does not name its {what}; say it with {option}")
    typed = {name: _typed(name, value) for name, value in settings.items()}
    model, remark = _model(str(settings["model"]), names.models, is_whole="model" not in given)
    instance = str(settings["instance_types"]).strip().lower()
    typed["model"], typed["instance_types"] = model, (instance,)
    typed["accelerator"] = _accelerator(instance, names.instances)
    typed.setdefault("workload", "inference")
    in_file = run.settings.get("model")
    remarks = (*_overruled(run.settings, given, typed), *((remark,) if remark else ()))
    return SettledRun(
        replace(run, settings=typed),
        str(in_file) if in_file and in_file != model else None,
        remarks,
    )


def _overruled(
    said: Mapping[str, Any], given: Mapping[str, str], typed: Mapping[str, Any]
) -> Iterator[str]:
    for name in given:
        there = said.get(name)
        if name in ("model", "instance_types") or there is None or _typed(name, there) is None:
            continue
        if _typed(name, there) != typed[name]:
            yield f"The file says {name} {there}; {typed[name]} was kept, as you say."


def _typed(name: str, value: Any) -> Any:
    """Return a setting as a value of its column."""
    column = _BY_NAME[name]
    if column.type is int and not isinstance(value, int):
        try:
            value = int(str(value))
        except ValueError:
            raise UsageError(f"{name} must be a whole number, got {str(value)!r}") from None
    if column.type is int:
        if not 0 < value < 2**53:
            raise UsageError(f"{name} must be above 0, got {value}")
        return value
    if column.type == tuple[str, ...] and isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    text = str(value).strip()
    if column.facts.values and text not in column.facts.values:
        choices = ", ".join(column.facts.values)
        raise UsageError(f"unknown {name} {text!r} (choose from {choices})")
    return text


def _model(text: str, models: Sequence[str], *, is_whole: bool) -> tuple[str, str | None]:
    """Return the published name of a model, and a remark where it was not written so.

    Args:
        text: What the file or the user calls it.
        models: The published names.
        is_whole: Whether the text is a whole name; else it may be a part of one.
    """
    for name in (text, _ENDINGS.sub("", text), _ENDINGS.sub("", _ENDINGS.sub("", text))):
        found = [model for model in models if is_called(model, name)]
        if found:
            model = text if text in found else found[0]
            said = None if model == text else f"{text} is taken for the published {model}."
            return model, said
    parts = [model for model in models if letters(text) and letters(text) in letters(model)]
    if not is_whole and len({letters(model) for model in parts}) > 1:
        near = ", ".join(nearest(text, parts))
        raise UsageError(f"model {text!r} is ambiguous (nearest: {near}); write it whole")
    if not is_whole and parts:
        return parts[0], f"{text} is taken for the published {parts[0]}."
    near = ", ".join(nearest(text, models, 3)) or "none"
    return text, (
        f"No published row has the model {text} (nearest: {near}); if it is one of these, import "
        "the file again with --model."
    )


def _accelerator(instance: str, published: Iterable[str]) -> str:
    """Return the accelerator of an instance type.

    Raises:
        UsageError: There is no such instance type.
    """
    match = _INSTANCE.fullmatch(instance)
    for one in ACCELERATORS if match else ():
        # No page names the instance types of the newest accelerators.
        if (
            match
            and match["family"] == one.name
            and (not one.device_counts or instance in one.device_counts or instance in published)
        ):
            return one.name
    raise unknown_name("instance type", instance, (*NEURON_CORES, *published))
