"""This module finds the rules in the folders of this package, and applies them.

No rule is listed anywhere: a file in a folder is a rule. Put rules in the folders; what a rule is
lives in `rule`, and what it looks at in `context`.
"""

from __future__ import annotations

import pkgutil
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from pipelines import quality
from pipelines.quality.context import PackagesRule, PageRule, RowRule
from pipelines.quality.rule import Rule, RuleError
from pipelines.quality.shared.past import HistoryRule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from pipelines.contract import QualityFlag
    from pipelines.quality.context import PackagesView, PageView, ReleaseView
    from pipelines.quality.shared.past import HistoryView


@dataclass(frozen=True, slots=True)
class Subject:
    """A folder of rules: its path below this package, its docstring, and its rules by name."""

    name: str
    explanation: str
    rules: tuple[Rule, ...]


def collect(package: ModuleType) -> tuple[Subject, ...]:
    """Import every rule below a package.

    Returns:
        The folders that hold rules, sorted by name, each with its rules sorted by name.

    Raises:
        RuleError: A file declares no rule, a rule of another name or a rule that is not applied, or
            two rules have one name.
    """
    prefix = f"{package.__name__}."
    folders: dict[str, list[Rule]] = defaultdict(list)
    # `walk_packages` skips a folder that cannot be imported, unless it is told what to do.
    for found in pkgutil.walk_packages(package.__path__, prefix, onerror=import_module):
        folder = found.name.rpartition(".")[0]
        holds_rules = getattr(import_module(folder), "HOLDS_RULES", folder != package.__name__)
        if not found.ispkg and holds_rules:
            folders[folder].append(_rule_of(import_module(found.name)))
    subjects = tuple(
        Subject(
            name=folder.removeprefix(prefix).replace(".", "/"),
            explanation=import_module(folder).__doc__ or "",
            rules=tuple(rules),
        )
        for folder, rules in sorted(folders.items())
    )
    _refuse_doubles(subjects)
    return subjects


def _rule_of(module: ModuleType) -> Rule:
    rule = getattr(module, "RULE", None)
    if not isinstance(rule, Rule):
        raise RuleError(f"{module.__name__}: declares no rule; write RULE = Rule(...)")
    file = module.__name__.rpartition(".")[2]
    if rule.name.replace("-", "_") != file:
        raise RuleError(f"{module.__name__}: the rule {rule.name!r} must be in a file of its name")
    if hasattr(module, "find") and not hasattr(rule, "find"):
        raise RuleError(f"{module.__name__}: find is never called; declare a RowRule with it")
    return rule


def _refuse_doubles(subjects: Iterable[Subject]) -> None:
    places: dict[str, str] = {}
    for subject in subjects:
        for rule in subject.rules:
            other = places.setdefault(rule.name, subject.name)
            if other != subject.name:
                raise RuleError(f"rule {rule.name!r} is declared in {other} and in {subject.name}")


SUBJECTS: tuple[Subject, ...] = collect(quality)
RULES: tuple[Rule, ...] = tuple(rule for subject in SUBJECTS for rule in subject.rules)


def row_flags(view: ReleaseView, rules: Iterable[Rule] = RULES) -> tuple[QualityFlag, ...]:
    """Apply every rule over rows to a release."""
    return tuple(flag for rule in rules if isinstance(rule, RowRule) for flag in rule.find(view))


def page_flags(view: PageView, rules: Iterable[Rule] = RULES) -> tuple[QualityFlag, ...]:
    """Apply every rule over pages to a page."""
    return tuple(flag for rule in rules if isinstance(rule, PageRule) for flag in rule.find(view))


def package_flags(view: PackagesView, rules: Iterable[Rule] = RULES) -> tuple[QualityFlag, ...]:
    """Apply every rule over what a docs release lists."""
    return tuple(
        flag for rule in rules if isinstance(rule, PackagesRule) for flag in rule.find(view)
    )


def history_flags(
    view: ReleaseView, history: HistoryView, rules: Iterable[Rule] = RULES
) -> tuple[QualityFlag, ...]:
    """Apply every rule over history to a release; some flags can be on rows of older releases."""
    return tuple(
        flag for rule in rules if isinstance(rule, HistoryRule) for flag in rule.find(view, history)
    )
