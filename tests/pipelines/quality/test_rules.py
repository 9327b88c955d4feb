"""The list of rules, its document, and what applying them costs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.quality import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.contract import ReleaseTables

DOCUMENT = Path(__file__).parents[3] / "docs" / "quality-rules.md"


def test_rules_have_different_names() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_is_in_the_document_as_in_the_list() -> None:
    rows = [f"| `{r.name}` | {', '.join(r.severities)} | {r.description} |" for r in RULES]
    table = "\n".join(["| Rule | Severity | What it finds |", "|---|---|---|", *rows])
    assert table in DOCUMENT.read_text("utf-8"), f"docs/quality-rules.md needs:\n{table}"


def test_every_rule_that_decides_is_explained() -> None:
    text = DOCUMENT.read_text("utf-8")
    headings = [line for line in text.splitlines() if line.startswith("### ")]
    for rule in RULES:
        if rule.find:
            assert any(f"`{rule.name}`" in heading for heading in headings), rule.name


def test_the_document_counts_what_the_rules_find(bundled: Mapping[str, ReleaseTables]) -> None:
    found = {
        release: Counter((flag.rule, flag.severity) for flag in tables.rows["quality_flags"])
        for release, tables in bundled.items()
    }
    kinds = [(rule.name, severity) for rule in RULES for severity in rule.severities]
    rows = [f"| Rule | Severity | {' | '.join(found)} |", "|---|---|" + "---:|" * len(found)]
    for rule, severity in kinds:
        counts = [found[release][rule, severity] for release in found]
        if any(counts):
            cells = " | ".join(str(count or "") for count in counts)
            rows.append(f"| `{rule}` | {severity} | {cells} |")
    table = "\n".join(rows)
    assert table in DOCUMENT.read_text("utf-8"), f"docs/quality-rules.md needs:\n{table}"
