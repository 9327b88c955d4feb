"""Write `docs/reference/quality-rules` from the rules, the bundled capture and a fragment.

    python tools/refresh_quality_rules.py [--pages FOLDER]

A rule's text is the docstring of its file in `pipelines/quality`. What a person has judged is in
`docs/fragments/quality-rules.md`, with marks where the rules and the counts go. With `--pages`, a
folder of real pages laid out like the site, what is measured on them is counted again and kept in
`docs/fragments/quality-measured.json`; without it, it is taken from there. Tests check that both
are fresh.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.ingest import ingest_release
from pipelines.quality.across import cross_release_flags, judged_release, own_flags
from pipelines.quality.rules import SUBJECTS
from pipelines.sources.site import FolderSite, bundled_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.contract import QualityFlag, ReleaseTables
    from pipelines.quality.rule import Rule
    from pipelines.quality.rules import Subject
    from pipelines.sources.site import Site

    Flags = Mapping[str, Iterable[QualityFlag]]
    Counts = Mapping[str, Mapping[str, int]]

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
FOLDER = DOCS / "reference" / "quality-rules"
FRAGMENT = DOCS / "fragments" / "quality-rules.md"
MEASURED = DOCS / "fragments" / "quality-measured.json"
FAULTS_EACH = 16
"""Faults of each kind and release on the real pages: some 2,500 over all."""
SEED = 1
_HEAD = """<!-- This file is written by `python tools/refresh_quality_rules.py`. Edit the rules'
docstrings in pipelines/quality, or the other texts in docs/fragments/quality-rules.md. -->

"""
_PAGE = re.compile(r"^<!-- page: (\S+) -->\n", re.MULTILINE)
"""Where the fragment begins another page."""
_RULES = "<!-- rules -->"
_COUNTS = "<!-- counts -->"
_REAL_COUNTS = "<!-- real counts -->"
_FAULTS = "<!-- faults -->"


def main() -> None:
    """Rewrite the document, and with `--pages` what was measured."""
    parser = argparse.ArgumentParser(description="Write docs/reference/quality-rules.")
    parser.add_argument("--pages", type=Path, help="a folder of real pages, to count again")
    pages = parser.parse_args().pages
    if pages:
        found = measured(read_all(FolderSite(pages, name="real pages")))
        MEASURED.write_text(json.dumps(found, indent=1, sort_keys=False) + "\n", encoding="utf-8")
    flags = all_flags(read_all(bundled_site()))
    for name, text in rendered(SUBJECTS, flags, kept()).items():
        (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")


def read_all(site: Site) -> Mapping[str, ReleaseTables]:
    """Read every release of a site, oldest first."""
    return {release: ingest_release(site, release).tables for release in site.releases()}


def all_flags(releases: Mapping[str, ReleaseTables]) -> Mapping[str, Sequence[QualityFlag]]:
    """Return the flags of each release as a dataset of these releases publishes them."""
    across = cross_release_flags(judged_release(tables) for tables in releases.values())
    return {
        release: (*own_flags(tables.rows["quality_flags"]), *across[release])
        for release, tables in releases.items()
    }


def measured(releases: Mapping[str, ReleaseTables]) -> dict[str, Any]:
    """Return what is kept of real pages: counts of flags, and what planted faults came to."""
    sys.path.insert(0, str(REPOSITORY))
    from tests.pipelines.quality.injection import inject

    faults = inject(releases, each=max(1, round(FAULTS_EACH * 10 / len(releases))), seed=SEED)
    return {
        "flags": {release: counted(flags) for release, flags in all_flags(releases).items()},
        "faults": {
            name: {
                "planted": one.planted,
                "flagged": one.flagged,
                "errors": one.errors,
                "elsewhere": one.elsewhere,
            }
            for name, one in faults.items()
        },
    }


def counted(flags: Iterable[QualityFlag]) -> dict[str, int]:
    """Count flags by rule and severity, as `latency-order error`."""
    return dict(sorted(Counter(f"{flag.rule} {flag.severity}" for flag in flags).items()))


def kept() -> Mapping[str, Any]:
    """Return what was measured on real pages."""
    found: Mapping[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return found


def rendered(
    subjects: Sequence[Subject], flags: Flags, found: Mapping[str, Any]
) -> Mapping[str, str]:
    """Return the pages by name: one a subject, and those that the fragment marks.

    Args:
        subjects: The rules by subject.
        flags: The flags of each bundled release, by release, oldest first.
        found: What was measured on real pages.
    """
    text = FRAGMENT.read_text(encoding="utf-8")
    every = [rule for one in subjects for rule in one.rules]
    rules = "\n".join(_index_of(subject) for subject in subjects).rstrip()
    bundled = {release: counted(of_release) for release, of_release in flags.items()}
    for mark, part in (
        (_RULES, rules),
        (_COUNTS, _count_table(every, bundled)),
        (_REAL_COUNTS, _count_table(every, found["flags"])),
        (_FAULTS, _fault_table(found["faults"])),
    ):
        text = text.replace(mark, part)
    index, *others = _PAGE.split(text)
    pages = dict(zip(others[::2], others[1::2], strict=True))
    of_subjects = {_file_of(subject): _page(subject) for subject in subjects}
    return {name: _HEAD + page for name, page in {"index": index, **of_subjects, **pages}.items()}


def _title(subject: Subject) -> str:
    return subject.name.replace("/", ": ").capitalize()


def _file_of(subject: Subject) -> str:
    return subject.name.replace("/", "-")


def _index_of(subject: Subject) -> str:
    """Return the rules of a subject for the index, each with a link to its page."""
    rows = (
        f"| `{rule.name}` | {', '.join(rule.severities)} | {rule.title} |" for rule in subject.rules
    )
    title = f"### [{_title(subject)}]({_file_of(subject)}.md)\n"
    return "\n".join((title, "| Rule | Severity | What it finds |", "|---|---|---|", *rows, ""))


def _page(subject: Subject) -> str:
    table = [
        "| Rule | Severity | Published | What it finds |",
        "|---|---|---|---|",
        *(_row(rule) for rule in subject.rules),
    ]
    details = (f"## `{rule.name}`\n\n{rule.details}\n" for rule in subject.rules if rule.details)
    return "\n".join((f"# {_title(subject)}\n", f"{subject.explanation}\n", *table, "", *details))


def _row(rule: Rule) -> str:
    switch = rule.published.startswith("--")
    published = f"with `{rule.published}`" if switch else rule.published
    severities = ", ".join(rule.severities)
    return f"| `{rule.name}` | {severities} | {published} | {rule.title} |"


def _count_table(rules: Iterable[Rule], found: Counts) -> str:
    head = f"| Rule | Severity | {' | '.join(found)} |\n|---|---|{'---:|' * len(found)}"
    return "\n".join((head, *_count_rows(rules, tuple(found.values()))))


def _count_rows(rules: Iterable[Rule], found: Sequence[Mapping[str, int]]) -> Iterator[str]:
    for rule in rules:
        for severity in rule.severities:
            counts = [of_release.get(f"{rule.name} {severity}", 0) for of_release in found]
            if any(counts):
                cells = " | ".join(str(count or "") for count in counts)
                yield f"| `{rule.name}` | {severity} | {cells} |"


def _fault_table(found: Counts) -> str:
    rows = (
        f"| {name} | {one['planted']} | {one['flagged'] / max(one['planted'], 1):.1%} | "
        f"{one['errors'] / max(one['planted'], 1):.1%} | {one['elsewhere']} |"
        for name, one in found.items()
    )
    return "\n".join(
        (
            "| Fault | Planted | Flagged | As an error | Errors on other rows |",
            "|---|---:|---:|---:|---:|",
            *rows,
        )
    )


if __name__ == "__main__":
    main()
