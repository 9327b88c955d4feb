"""Supported versions: what a release says of Python, libraries and the kernel, typed.

Here belongs reading the statements below the headings that `composition.vocabulary` knows: text
blocks, tables and sentences. Only the versions of a sentence are kept, not its words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.composition import vocabulary as known
from pipelines.composition.package_lists import lines_below, split_package
from pipelines.contract import FrameworkSupport
from pipelines.errors import Problem
from pipelines.performance.vocabulary import plain
from pipelines.quality.reading.lists import unknown_table_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.extract import Block, ExtractedTable

_COLUMNS = 2


@dataclass(slots=True)
class Support:
    """What a page says of supported versions, and what could not be read.

    `strangers` are releases other than the page's own that titles of its lists name.
    """

    page: str
    release: str
    strangers: dict[str, None] = field(default_factory=dict)
    rows: list[FrameworkSupport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_support(
    page: str,
    release: str,
    blocks: Iterable[Block],
    tables: Sequence[tuple[str, ExtractedTable]],
) -> Support:
    """Read a page's statements: text blocks and sentences in order, then named tables."""
    support = Support(page, release)
    for block in blocks:
        place = _place(block.section)
        if place and block.kind == "literal":
            title = known.LIST_TITLE.match(block.text.strip())
            if title and title["release"] != release:
                support.strangers[title["release"]] = None
            for _, package, text in lines_below(block.text):
                name, version = split_package(package) or (package, None)
                _add(support, place, (name, version, None), text)
        elif place and block.kind == "paragraph":
            _read_sentence(support, place, block.text)
    for table_id, table in tables:
        place = _place(table.section)
        if place:
            _read_table(support, place, table_id, table)
    return support


def is_impossible(constraint: str) -> bool:
    """Return whether no version meets a constraint: its lower bound is not below its upper."""
    bounds = [
        (match["sign"], _version(match["version"])) for match in known.BOUND.finditer(constraint)
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


def _place(section: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    return known.SUPPORT_SECTIONS.get(plain(section[-1])) if section else None


def _read_sentence(support: Support, place: tuple[str, tuple[str, ...]], text: str) -> None:
    versions = known.CONSTRAINT.search(text)
    named = known.NAMED_PACKAGE.search(text)
    if versions:
        _add(support, place, (named["package"] if named else None, None, None), versions[0])


def _read_table(
    support: Support, place: tuple[str, tuple[str, ...]], table_id: str, table: ExtractedTable
) -> None:
    if len(table.header) != _COLUMNS or any(len(row) != _COLUMNS for row in table.rows):
        support.problems.append(
            Problem(
                rule=unknown_table_form.RULE,
                where=f"page {support.page}, table {table_id}",
                observed=", ".join(table.header),
                expected="two columns: a package, and the versions that it supports",
                remedy="look at pipelines/composition/framework_support.py, or publish the table "
                "as it stands with --allow-unknown",
            )
        )
        return
    for row in table.rows:
        package, _, scope = row[0].text.partition(" - ")
        _add(support, place, (package, None, scope or None), row[1].text, table_id)


def _add(
    support: Support,
    place: tuple[str, tuple[str, ...]],
    package: tuple[str | None, str | None, str | None],
    text: str,
    table_id: str | None = None,
) -> None:
    subject, accelerators = place
    constraint = known.CONSTRAINT.fullmatch(text)
    counted = known.VERSION_LIST.fullmatch(text)
    bounds = known.BOUND.finditer(text) if constraint else ()
    support.rows.append(
        FrameworkSupport(
            release=support.release,
            number=len(support.rows),
            subject=subject,
            accelerators=accelerators,
            package=package[0],
            package_version=package[1],
            scope=package[2],
            text=text,
            constraint=",".join(f"{m['sign']}{m['version']}" for m in bounds) or None,
            versions=tuple(part.strip() for part in text.split(",")) if counted else (),
            table_id=table_id,
        )
    )
