"""This module reads which versions of Python, of libraries and of the kernel a release supports.

Put the reading of statements here: text blocks, sentences and tables below headings of support. Of
a sentence only the versions are kept, not its words. The headings live in `vocabulary`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.composition import vocabulary as words
from pipelines.composition.headings import support_subject
from pipelines.composition.package_lists import read_lines, split_package
from pipelines.contract import FrameworkSupport
from pipelines.errors import Problem
from pipelines.quality.reading.lists import unknown_support, unknown_table_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.extract import Block, ExtractedTable
    from pipelines.quality.rule import Rule

_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Support:
    """What a page says of supported versions.

    Attributes:
        rows: The statements, numbered in published order.
        other_releases: Releases other than the page's own that titles of its lists name.
        findings: What is unknown, and what could not be read.
    """

    rows: tuple[FrameworkSupport, ...] = ()
    other_releases: tuple[str, ...] = ()
    findings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement is, and what its heading says."""

    page: str
    release: str
    heading: str
    subject: str | None
    accelerators: tuple[str, ...]
    table_id: str | None = None


def read_support(
    page: str,
    release: str,
    blocks: Iterable[Block],
    tables: Sequence[tuple[str, ExtractedTable]],
) -> Support:
    """Read a page's statements: text blocks and sentences in order, then tables.

    Args:
        page: Our name for the page.
        release: The docs release of the page.
        blocks: The page's blocks, in order.
        tables: The page's tables, each with its `table_id`.
    """
    rows: list[FrameworkSupport] = []
    findings: list[Problem] = []
    others: dict[str, None] = {}
    headings: dict[str, None] = {}
    for block in blocks:
        place = _place(page, release, block.section)
        if place is None or block.kind == "heading":
            continue
        headings |= {place.heading: None} if place.subject is None else {}
        if block.kind == "literal":
            rows += _list_rows(place, block.text)
            others |= dict.fromkeys(_other_release(place, block.text))
        else:
            rows += _sentence_rows(place, block.text)
            findings += _unread_sentence(place, block.text)
    for table_id, table in tables:
        place = _place(page, release, table.section)
        if place is None:
            continue
        headings |= {place.heading: None} if place.subject is None else {}
        rows += _table_rows(replace(place, table_id=table_id), table)
        findings += _unread_table(place, table_id, table)
    unknown = (_unknown_heading(page, heading) for heading in headings)
    return Support(
        tuple(replace(row, number=number) for number, row in enumerate(rows)),
        tuple(others),
        (*unknown, *findings),
    )


def is_impossible(constraint: str) -> bool:
    """Return whether no version meets a constraint: its lower bound is not below its upper."""
    bounds = [
        (match["sign"], _version(match["version"])) for match in words.BOUND.finditer(constraint)
    ]
    least = [(version, sign == ">") for sign, version in bounds if sign[0] in ">="]
    most = [(version, sign == "<") for sign, version in bounds if sign[0] in "<="]
    return any(
        low > high or (low == high and (low_open or high_open))
        for low, low_open in least
        for high, high_open in most
    )


def _version(text: str) -> tuple[int, ...]:
    parts = [int(part) for part in text.split(".")]
    while parts and parts[-1] == 0:  # 4.0 is 4
        parts.pop()
    return tuple(parts)


def _place(page: str, release: str, section: Sequence[str]) -> _Place | None:
    found = support_subject(section[-1]) if section else None
    return None if found is None else _Place(page, release, section[-1], *found)


def _list_rows(place: _Place, text: str) -> Iterator[FrameworkSupport]:
    for line in read_lines(text):
        package, version = split_package(line.first) or (line.first or None, None)
        yield _row(place, line.second, package=package, package_version=version)


def _other_release(place: _Place, text: str) -> Iterator[str]:
    title = words.LIST_TITLE.match(text.strip())
    if title and title["release"] != place.release:
        yield title["release"]


def _sentence_rows(place: _Place, text: str) -> Iterator[FrameworkSupport]:
    constraint = words.CONSTRAINT.search(text)
    listed = words.NAMED_VERSIONS.search(text)
    package = words.NAMED_PACKAGE.search(text)
    stated = constraint[0] if constraint else listed["versions"] if listed else None
    if stated:
        yield _row(place, stated, package=package["package"] if package else None)


def _unread_sentence(place: _Place, text: str) -> Iterator[Problem]:
    """Yield a finding for a sentence with a number in which no version is recognized."""
    if any(letter.isdigit() for letter in text) and not any(_sentence_rows(place, text)):
        expected = "versions such as '>= 1.21.6' or 'version 0.16.0'"
        where = f"page {place.page}, {place.heading}"
        yield _problem(unknown_support.RULE, where, "a sentence with a number", expected)


def _table_rows(place: _Place, table: ExtractedTable) -> Iterator[FrameworkSupport]:
    for row in table.rows if _has_two_columns(table) else ():
        package, _, scope = row[0].text.partition(" - ")
        yield _row(place, row[1].text, package=package, scope=scope or None)


def _unread_table(place: _Place, table_id: str, table: ExtractedTable) -> Iterator[Problem]:
    if not _has_two_columns(table):
        where = f"page {place.page}, table {table_id}"
        expected = "two columns: a package, and the versions that it supports"
        yield _problem(unknown_table_form.RULE, where, ", ".join(table.header), expected)


def _has_two_columns(table: ExtractedTable) -> bool:
    return all(len(row) == _COLUMNS for row in (table.header, *table.rows))


def _unknown_heading(page: str, heading: str) -> Problem:
    expected = "a known heading of support; the subject of its statements is left out"
    return _problem(unknown_support.RULE, f"page {page}, a heading", heading, expected)


def _row(
    place: _Place,
    text: str,
    *,
    package: str | None,
    package_version: str | None = None,
    scope: str | None = None,
) -> FrameworkSupport:
    constraint = words.CONSTRAINT.fullmatch(text)
    bounds = words.BOUND.finditer(text) if constraint else ()
    listed = words.VERSION_LIST.fullmatch(text)
    return FrameworkSupport(
        release=place.release,
        number=0,
        subject=place.subject,
        accelerators=place.accelerators,
        package=package or None,
        package_version=package_version or None,
        scope=scope,
        text=text,
        constraint=",".join(f"{m['sign']}{m['version']}" for m in bounds) or None,
        versions=tuple(part.strip() for part in text.split(",")) if listed else (),
        table_id=place.table_id,
        page=place.page,
        heading=place.heading or None,
    )


def _problem(rule: Rule, where: str, observed: str, expected: str) -> Problem:
    remedy = f"add its form to {words.FILE}"
    return Problem(rule, where, observed, expected, remedy)
