"""`docs/reference/quality-rules` is what the rules and the bundled capture say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.quality.rules import RULES, SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from pipelines.contract import QualityFlag, ReleaseTables

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """Return the tool that writes the document."""
    path = REPOSITORY / "tools" / "refresh_quality_rules.py"
    spec = importlib.util.spec_from_file_location("refresh_quality_rules", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_document_is_fresh(tool: ModuleType, bundled: Mapping[str, ReleaseTables]) -> None:
    fresh = tool.rendered(SUBJECTS, tool.all_flags(bundled), tool.kept())
    found = {path.stem: path.read_text("utf-8") for path in tool.FOLDER.glob("*.md")}
    assert found == fresh, "run: python tools/refresh_quality_rules.py"


@pytest.fixture(scope="module")
def flags_of_real(
    tool: ModuleType, real: Mapping[str, ReleaseTables]
) -> Mapping[str, Sequence[QualityFlag]]:
    """Return the flags of each real release."""
    flags: Mapping[str, Sequence[QualityFlag]] = tool.all_flags(real)
    return flags


def test_what_was_counted_on_real_pages_is_fresh(
    tool: ModuleType, flags_of_real: Mapping[str, Sequence[QualityFlag]]
) -> None:
    counted = {release: tool.counted(flags) for release, flags in flags_of_real.items()}
    assert counted == tool.kept()["flags"], (
        "run: python tools/refresh_quality_rules.py --pages FOLDER"
    )


def test_every_error_on_real_pages_is_judged(
    tool: ModuleType, flags_of_real: Mapping[str, Sequence[QualityFlag]]
) -> None:
    judged = tool.FRAGMENT.read_text("utf-8").partition("## Errors")[2].partition("## Warn")[0]
    rules = {
        flag.rule for flags in flags_of_real.values() for flag in flags if flag.severity == "error"
    }
    assert {rule for rule in rules if f"`{rule}`" not in judged} == set()


def test_every_rule_is_in_the_document_once_with_its_severities_and_its_title(
    tool: ModuleType,
) -> None:
    pages = tool.rendered(SUBJECTS, {}, {"flags": {}, "faults": {}})
    # The index lists all rules again.
    lines = [line for name, text in pages.items() if name != "index" for line in text.splitlines()]
    for rule in RULES:
        start = f"| `{rule.name}` | {', '.join(rule.severities)} | "
        (line,) = (line for line in lines if line.startswith(start))
        assert line.endswith(f" | {rule.title} |")


def test_the_fragment_names_only_rules_that_exist(tool: ModuleType) -> None:
    judged = tool.FRAGMENT.read_text("utf-8").partition("## Errors")[2]
    cells = [line.split(" | ")[1] for line in judged.splitlines() if line.startswith("| ")]
    named = {name.strip("`") for cell in cells for name in cell.split(", ") if "`" in name}
    assert named
    assert named <= {rule.name for rule in RULES}
