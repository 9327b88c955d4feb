"""This module reads package lists: each line of each list as a row, of whichever release it is.

Put the reading of a page's lists here, text blocks or tables. What lines look like lives in
`vocabulary`; lists of other docs releases are compared in `quality.packages.package_lists_differ`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pipelines.composition import vocabulary as words
from pipelines.composition.headings import list_accelerators, release_above, with_headings
from pipelines.contract import PackageVersion
from pipelines.errors import Problem
from pipelines.performance.vocabulary import plain
from pipelines.quality.reading.lists import unknown_list, unreadable_package
from pipelines.remembered import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.extract import Block, ExtractedTable
    from pipelines.quality.rule import Rule

_REMEDY = f"add its form to {words.FILE}"


@dataclass(frozen=True, slots=True)
class PackageLists:
    """The package lists of a page.

    Attributes:
        rows: One row a line of each list; a list for two accelerators has its lines twice.
        findings: What is unknown, and what could not be read.
    """

    rows: tuple[PackageVersion, ...] = ()
    findings: tuple[Problem, ...] = ()


class Line(NamedTuple):
    """One line of a list.

    Attributes:
        text: Its whole text, white space collapsed.
        first: Its first column.
        second: Its second column, or its text if it has one column alone.
        component: The first column, unless it names no component.
        package: The package in the second column, or all of it where no package is read.
        version: The version of the package; None where no package is read.
    """

    # A list is read once, but its lines become rows in each release that repeats it.
    text: str
    first: str
    second: str
    component: str | None
    package: str
    version: str | None


@dataclass(frozen=True, slots=True)
class _List:
    """One published list; its release is None where nothing names one that can be trusted."""

    section: tuple[str, ...]
    heading: str
    title: str
    is_titled: bool
    release: str | None
    product: str | None
    stage: str | None
    lines: tuple[Line, ...]


@remembered
def split_package(text: str) -> tuple[str, str] | None:
    """Return the package and the version of `aws-neuronx-dkms-2.18.20.0`; None for other texts."""
    for form in words.PACKAGE_FORMS:
        if match := form.fullmatch(text):
            return match["package"], match["version"]
    return None


@remembered
def read_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a list in a text block, without its title and its headers."""
    lines = _lines(text)
    below = lines[1:] if lines and _columns(lines[0]) not in words.LIST_HEADERS else lines
    return tuple(line for line in below if _columns(line) not in words.LIST_HEADERS)


def is_package_list(heading: str, text: str) -> bool:
    """Return whether a text block is a package list, by the heading above it or by its title.

    A heading that nobody has met yet counts where it ends in `packages`.
    """
    if plain(heading).startswith("supported "):
        return False
    lines = _lines(text)
    if lines and words.LIST_TITLE.fullmatch(lines[0].text):
        return True
    return _has_columns(lines) or bool(words.LIKE_PACKAGES_HEADING.fullmatch(plain(heading)))


def read_package_lists(
    page: str, listed_on: str, blocks: Iterable[Block], tables: Sequence[ExtractedTable]
) -> PackageLists:
    """Read the package lists of a page, first its text blocks, then its tables.

    Args:
        page: Our name for the page.
        listed_on: The docs release of the page.
        blocks: The page's blocks, in order.
        tables: The page's tables, in order.
    """
    rows: list[PackageVersion] = []
    findings: list[Problem] = []
    number = 0
    blocks = tuple(blocks)
    lists = (*_in_blocks(blocks), *_in_tables(tables, listed_on))
    findings += _without_list(page, listed_on, blocks, lists)
    for found in lists:
        where = f"page {page}, package list {number} ({found.heading})"
        findings += _findings(found, where)
        if found.release is None:
            continue
        for accelerator in list_accelerators(found.heading) or (None,):
            rows += _rows(found, (page, listed_on, found.release), accelerator, number)
            number += 1
    return PackageLists(tuple(rows), tuple(findings))


def _without_list(
    page: str, listed_on: str, blocks: Iterable[Block], lists: Sequence[_List]
) -> Iterator[Problem]:
    """Yield each heading of a package list of the page's own release without a list that is read.

    Lists of older releases are also on the pages of those.
    """
    for block in blocks:
        if block.kind != "heading" or not list_accelerators(block.text):
            continue
        above = release_above(block.section)
        if above and above.release != listed_on:
            continue
        if not any(one.section[: len(block.section)] == block.section for one in lists):
            where = f"page {page}, heading {' > '.join(block.section[-2:])!r}"
            expected = "a text block with a line for each package, or a table Component, Package"
            yield _problem(unknown_list.RULE, where, "no list", expected)


def _in_blocks(blocks: Iterable[Block]) -> Iterator[_List]:
    for block, heading in with_headings(blocks):
        if block.kind == "literal" and is_package_list(heading, block.text):
            yield _block_list(block, heading)


def _block_list(block: Block, heading: str) -> _List:
    lines = _lines(block.text)
    match = words.LIST_TITLE.fullmatch(lines[0].text) if lines else None
    above = release_above(block.section)
    release = match["release"] if match else above.release if above else None
    part = above if above and above.release == release else None
    return _List(
        section=block.section,
        heading=heading,
        title=lines[0].text if lines else "",
        is_titled=bool(match) or (bool(lines) and _columns(lines[0]) in words.LIST_HEADERS),
        release=release if _has_columns(lines) or match or list_accelerators(heading) else None,
        product=part.product if part else None,
        stage=part.stage if part else None,
        lines=read_lines(block.text),
    )


def _in_tables(tables: Sequence[ExtractedTable], listed_on: str) -> Iterator[_List]:
    for table in tables:
        if tuple(map(plain, table.header)) != words.PACKAGE_COLUMNS:
            continue
        above = release_above(table.section)
        yield _List(
            section=table.section,
            heading=table.section[-1] if table.section else "",
            title=", ".join(table.header),
            is_titled=True,
            release=above.release if above else listed_on,
            product=above.product if above else None,
            stage=above.stage if above else None,
            lines=tuple(
                _table_line([cell.text for cell in row])
                for row in table.rows
                if any(cell.text for cell in row)
            ),
        )


def _table_line(texts: Sequence[str]) -> Line:
    """Return a row as a line; what a row has beside its two columns makes no package of it."""
    text = " ".join(filter(None, texts))
    is_pair = len(texts) == len(words.PACKAGE_COLUMNS)
    return _in_columns(text, *texts) if is_pair else _in_columns(text, "", text)


def _has_columns(lines: Sequence[Line]) -> bool:
    return any(_columns(line) == words.PACKAGE_COLUMNS for line in lines[:2])


@remembered
def _lines(text: str) -> tuple[Line, ...]:
    return tuple(_line(line.strip()) for line in text.splitlines() if line.strip())


def _line(text: str) -> Line:
    match = words.LINE.fullmatch(text)
    first, second = (match["first"], match["second"]) if match else ("", text)
    return _in_columns(" ".join(text.split()), first, second)


def _in_columns(text: str, first: str, second: str) -> Line:
    component = None if first in (words.NO_COMPONENT, "") else first
    package, version = split_package(second) or (second, None)
    return Line(text, first, second, component, package, version)


def _columns(line: Line) -> tuple[str, str]:
    return line.first.casefold(), line.second.casefold()


def _findings(found: _List, where: str) -> Iterator[Problem]:
    if found.release is None:
        lines = f"{len(found.lines)} lines are not read"
        yield _problem(unknown_list.RULE, where, found.title, f"a title with a release; {lines}")
        return
    if not found.is_titled:
        expected = f"a title with a release; {found.release} is taken from the heading above"
        yield _problem(unknown_list.RULE, where, found.title, expected)
    if not list_accelerators(found.heading):
        expected = "a heading such as 'Trn1 packages'; its accelerator is left out"
        yield _problem(unknown_list.RULE, where, found.heading, expected)
    for line in found.lines:
        if line.version is None:
            yield _problem(unreadable_package.RULE, where, line.text, "a package-version")


def _rows(
    found: _List, place: tuple[str, str, str], accelerator: str | None, list_number: int
) -> list[PackageVersion]:
    page, listed_on, release = place
    heading = found.heading or None
    # By place: by name takes half as long again, and a third of all rows are made here.
    return [
        PackageVersion(
            release,
            listed_on,
            accelerator,
            component,
            package,
            version,
            text,
            page,
            list_number,
            number,
            heading,
            found.product,
            found.stage,
        )
        for number, (text, _, _, component, package, version) in enumerate(found.lines)
    ]


def _problem(rule: Rule, where: str, observed: str, expected: str) -> Problem:
    return Problem(rule, where, observed, expected, _REMEDY)
