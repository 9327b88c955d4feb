"""Package lists: each line of each list as a row, whichever release it describes.

This module reads a page's lists, text blocks or tables. What lines look like is declared in
`composition.vocabulary`; `warehouse.packages.cross_release_flags` compares lists of several docs
releases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.composition import vocabulary as known
from pipelines.contract import PackageVersion
from pipelines.errors import Problem
from pipelines.performance.vocabulary import plain
from pipelines.quality.reading.lists import unknown_list, unreadable_package

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.extract import Block, ExtractedTable
    from pipelines.quality.rule import Rule

_TABLE = known.LIST_HEADERS[0]


@dataclass(slots=True)
class PackageLists:
    """The lists of a page: their rows, and what could not be read."""

    page: str
    listed_on: str
    rows: list[PackageVersion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0


def split_package(text: str) -> tuple[str, str] | None:
    """Split a package from its version: `aws-neuronx-dkms-2.18.20.0`; None where there is none."""
    for form in known.PACKAGE_FORMS:
        if match := form.fullmatch(text):
            return match["package"], match["version"]
    return None


def read_package_lists(
    page: str, listed_on: str, blocks: Iterable[Block], tables: Sequence[ExtractedTable]
) -> PackageLists:
    """Read the package lists of a page, first its text blocks, then its tables."""
    lists = PackageLists(page, listed_on)
    for block in blocks:
        accelerator = _accelerator(block.section)
        if block.kind == "literal" and accelerator:
            _read_block(lists, accelerator, block)
    for table in tables:
        accelerator = _accelerator(table.section)
        if accelerator and tuple(map(plain, table.header)) == _TABLE:
            release = _release_of(table.section) or listed_on
            pairs = [(row[0].text, row[1].text) for row in table.rows]
            _add(lists, release, accelerator, [(f"{a} {b}", a, b) for a, b in pairs])
    return lists


def _accelerator(section: Sequence[str]) -> str | None:
    return known.PACKAGE_SECTIONS.get(plain(section[-1])) if section else None


def _release_of(section: Sequence[str]) -> str | None:
    matches = (known.RELEASE_HEADING.fullmatch(text) for text in reversed(section))
    return next((match["release"] for match in matches if match), None)


def _read_block(lists: PackageLists, accelerator: str, block: Block) -> None:
    lines = (line.strip() for line in block.text.splitlines())
    title = next((" ".join(line.split()) for line in lines if line), "")
    match = known.LIST_TITLE.fullmatch(title)
    if match is None:
        lists.problems.append(
            _problem(lists, unknown_list.RULE, title, "a title that names a release")
        )
        return
    _add(lists, match["release"], accelerator, list(lines_below(block.text)))


def lines_below(text: str) -> Iterable[tuple[str, str, str]]:
    """Return each line below the title and the headers: as a whole, and its two parts."""
    titled = False
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        match = known.LINE.fullmatch(line)
        first, second = (match["first"], match["second"]) if match else ("", line)
        if titled and (first.casefold(), second.casefold()) not in known.LIST_HEADERS:
            yield " ".join(line.split()), first, second
        titled = True


def _add(
    lists: PackageLists, release: str, accelerator: str, lines: Sequence[tuple[str, str, str]]
) -> None:
    for number, (text, component, item) in enumerate(lines):
        package = split_package(item)
        if package is None:
            lists.problems.append(
                _problem(lists, unreadable_package.RULE, text, "a package-version")
            )
        lists.rows.append(
            PackageVersion(
                release=release,
                listed_on=lists.listed_on,
                accelerator=accelerator,
                component=None if component in (known.NO_COMPONENT, "") else component,
                package=package[0] if package else item,
                version=package[1] if package else None,
                text=text,
                page=lists.page,
                list_number=lists.count,
                line=number,
            )
        )
    lists.count += 1


def _problem(lists: PackageLists, rule: Rule, observed: str, expected: str) -> Problem:
    return Problem(
        rule=rule,
        where=f"page {lists.page}, package list {lists.count + 1}",
        observed=observed,
        expected=expected,
        remedy=f"add its form to {known.FILE}, or publish it as it stands with --allow-unknown",
    )
