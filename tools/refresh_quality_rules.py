"""Write `docs/quality-rules.md` from the rules, the bundled capture and a hand-written fragment.

    python tools/refresh_quality_rules.py

A rule's text is the docstring of its file in `pipelines/quality`. What a person has judged is in
`docs/fragments/quality-rules.md`, with marks where the rules and the counts go. A test checks that
the document is fresh.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.ingest import ingest_release
from pipelines.quality.rules import SUBJECTS
from pipelines.sources.site import bundled_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.contract import QualityFlag
    from pipelines.quality.rule import Rule
    from pipelines.quality.rules import Subject

DOCS = Path(__file__).resolve().parent.parent / "docs"
DOCUMENT = DOCS / "quality-rules.md"
FRAGMENT = DOCS / "fragments" / "quality-rules.md"
_HEAD = """<!-- This file is written by `python tools/refresh_quality_rules.py`. Edit the rules'
docstrings in pipelines/quality, or the other texts in docs/fragments/quality-rules.md. -->

"""
_RULES = "<!-- rules -->"
_COUNTS = "<!-- counts -->"


def main() -> None:
    """Rewrite the document."""
    site = bundled_site()
    flags = {
        release: ingest_release(site, release).tables.rows["quality_flags"]
        for release in site.releases()
    }
    DOCUMENT.write_text(rendered(SUBJECTS, flags), encoding="utf-8")


def rendered(subjects: Sequence[Subject], flags: Mapping[str, Iterable[QualityFlag]]) -> str:
    """Return the document.

    Args:
        subjects: The rules by subject.
        flags: The flags of each release, by release, oldest first.
    """
    text = FRAGMENT.read_text(encoding="utf-8")
    rules = "\n".join(_section(subject) for subject in subjects).rstrip()
    counts = _count_table((rule for one in subjects for rule in one.rules), flags)
    return _HEAD + text.replace(_RULES, rules).replace(_COUNTS, counts)


def _section(subject: Subject) -> str:
    title = subject.name.replace("/", ": ").capitalize()
    table = [
        "| Rule | Severity | Published | What it finds |",
        "|---|---|---|---|",
        *(_row(rule) for rule in subject.rules),
    ]
    details = (f"### `{rule.name}`\n\n{rule.details}\n" for rule in subject.rules if rule.details)
    return "\n".join((f"## {title}\n", f"{subject.explanation}\n", *table, "", *details))


def _row(rule: Rule) -> str:
    switch = rule.published.startswith("--")
    published = f"with `{rule.published}`" if switch else rule.published
    severities = ", ".join(rule.severities)
    return f"| `{rule.name}` | {severities} | {published} | {rule.title} |"


def _count_table(rules: Iterable[Rule], flags: Mapping[str, Iterable[QualityFlag]]) -> str:
    found = {
        release: Counter((flag.rule, flag.severity) for flag in of_release)
        for release, of_release in flags.items()
    }
    head = f"| Rule | Severity | {' | '.join(found)} |\n|---|---|{'---:|' * len(found)}"
    return "\n".join((head, *_count_rows(rules, tuple(found.values()))))


def _count_rows(
    rules: Iterable[Rule], found: Sequence[Mapping[tuple[str, str], int]]
) -> Iterator[str]:
    for rule in rules:
        for severity in rule.severities:
            counts = [of_release.get((rule.name, severity), 0) for of_release in found]
            if any(counts):
                cells = " | ".join(str(count or "") for count in counts)
                yield f"| `{rule.name}` | {severity} | {cells} |"


if __name__ == "__main__":
    main()
