"""This module finds the first and last SDK release that supports something, with its evidence.

Put here how a question about accelerators, packages, frameworks and Python is answered. The
statements are in the view `release_support`; ranges of everything in `support_ranges`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.composition.vocabulary import FRAMEWORKS
from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.errors import UsageError, refuse_unknown, unknown
from pipelines.releases import in_order
from warehouse.packages.spelling import package_key
from warehouse.schema.quoting import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

ALL = "all"
"""What an option says for one line a value."""
DISPUTED = "disputed"
_FEW = 5
_FRAMEWORK = re.compile(
    r"(?P<name>[a-z]+)(?:\s*(?:==?|\s)\s*v?(?P<version>\d+\.\d+)(?:\.\d+)*)?", re.ASCII
)
_OTHER_NAMES = {"torch": "PyTorch", "tf": "TensorFlow"}
_STATEMENTS = """
    SELECT
        release, accelerator, package_key, package, version, coalesce(framework, ''),
        coalesce(framework_version, ''), coalesce(python, ''), coalesce(python_basis, ''),
        listed_on, page, coalesce(python_stated_on, ''), coalesce(python_page, ''), contradictions
    FROM release_support
    WHERE {condition}
    ORDER BY release_order, accelerator, package_key, version, python
"""
_HARDWARE = "SELECT DISTINCT release, accelerator FROM instances"


@dataclass(frozen=True, slots=True)
class SupportQuestion:
    """What is asked: each part is a value, `all` for one line a value, or empty for any.

    Attributes:
        accelerator: Such as inf1.
        package: Such as torch-neuron.
        framework: As `FRAMEWORKS` spells it.
        framework_version: Minor version of the framework, such as 1.13.
        python: Minor version of Python, such as 3.8.
    """

    accelerator: str = ""
    package: str = ""
    framework: str = ""
    framework_version: str = ""
    python: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One row of `release_support`; a text is empty where the row has none."""

    release: str
    accelerator: str
    package_key: str
    package: str
    version: str
    framework: str
    framework_version: str
    python: str
    python_basis: str
    listed_on: str
    page: str
    python_stated_on: str
    python_page: str
    contradictions: str


@dataclass(frozen=True, slots=True)
class Supporting:
    """From when to when something is supported.

    Attributes:
        accelerator: The accelerator.
        package: The package, where the question is about packages; else empty.
        framework: The framework and its version, where the question is about one; else empty.
        python: The Python, where the question is about one; else empty.
        first: The first release that says so.
        last: The last release that says so.
        gaps: Releases between that do not say so.
        silent: Releases after the last that list the software and say nothing clear of the Python.
        against: Releases after the last that list the software, for other versions of Python.
        unlisted: Releases after the last that have a list without the software.
        hardware: Docs releases whose hardware pages have the accelerator.
        evidence: The pages that say so, of the first and the last release.
        contradictions: What pages say against it, each with its releases.
    """

    accelerator: str
    package: str
    framework: str
    python: str
    first: str
    last: str
    gaps: tuple[str, ...]
    silent: tuple[str, ...]
    against: tuple[str, ...]
    unlisted: tuple[str, ...]
    hardware: tuple[str, ...]
    evidence: tuple[str, ...]
    contradictions: Mapping[str, tuple[str, ...]]

    @property
    def subject(self) -> str:
        """What is supported, in words."""
        parts = [self.accelerator]
        software = " ".join(part for part in (self.framework, self._package()) if part)
        if software:
            parts.append(f"with {software}")
        if self.python:
            parts.append(f"on Python {self.python}")
        return " ".join(parts)

    def _package(self) -> str:
        return f"({self.package})" if self.package and self.framework else self.package


@dataclass(frozen=True, slots=True)
class SupportAnswer:
    """The answer to one question: its ranges, and all releases with a package list."""

    ranges: tuple[Supporting, ...]
    releases: tuple[str, ...]


def read_framework(text: str) -> tuple[str, str]:
    """Return the framework that a text names, and its minor version, empty if it has none.

    Args:
        text: Such as `pytorch`, `PyTorch 1.13`, `torch==1.13.1` or `all`.

    Raises:
        UsageError: It is no framework.
    """
    match = _FRAMEWORK.fullmatch(text.strip().lower())
    if match is None:
        raise UsageError(f"{text!r} is not a framework; write 'pytorch' or 'pytorch 1.13'")
    if match["name"] == ALL:
        return ALL, ""
    names = {name.lower(): name for name in FRAMEWORKS} | _OTHER_NAMES
    if match["name"] not in names:
        raise UsageError(unknown("framework", text, [*map(str.lower, FRAMEWORKS), ALL]))
    return names[match["name"]], match["version"] or ""


def asked_support(accelerator: str, package: str, framework: str, python: str) -> SupportQuestion:
    """Return the question that a person's words ask; each may be empty, or `all`.

    Raises:
        UsageError: The accelerator or the framework is not known.
    """
    refuse_unknown("accelerator", accelerator.lower(), (*ACCELERATOR_NAMES, ALL))
    name, version = read_framework(framework) if framework else ("", "")
    return SupportQuestion(accelerator.lower(), package, name, version, python)


def supported_ranges(
    connection: duckdb.DuckDBPyConnection, question: SupportQuestion
) -> SupportAnswer:
    """Return the first and last release of everything that a question is about.

    Raises:
        UsageError: Nothing was ever listed or stated so.
    """
    rows = connection.execute(_STATEMENTS.format(condition=_condition(question))).fetchall()
    everything = connection.execute(
        "SELECT DISTINCT release, accelerator FROM release_support"
    ).fetchall()
    hardware = connection.execute(_HARDWARE).fetchall()
    statements = [Statement(*row) for row in rows]
    ranges = [
        *_ranges(statements, question, _by_accelerator(everything), _by_accelerator(hardware))
    ]
    if not ranges:
        raise UsageError(_why_none(connection, question, statements))
    return SupportAnswer(tuple(ranges), in_order(release for release, _ in everything))


def _condition(question: SupportQuestion) -> str:
    """Return SQL for the software that is asked for; its Python is judged later."""
    conditions = ["true"]
    for column, value in (
        ("accelerator", question.accelerator),
        ("package_key", package_key(question.package)),
        ("framework", question.framework),
        ("framework_version", question.framework_version),
    ):
        if value and value != ALL:
            conditions.append(f"{column} = {literal(value)}")
    if question.framework == ALL:
        conditions.append("framework_version IS NOT NULL")
    return " AND ".join(conditions)


def _by_accelerator(rows: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for release, accelerator in rows:
        found[accelerator].append(release)
    return {accelerator: in_order(releases) for accelerator, releases in found.items()}


def _ranges(
    statements: Iterable[Statement],
    question: SupportQuestion,
    releases: Mapping[str, tuple[str, ...]],
    hardware: Mapping[str, tuple[str, ...]],
) -> Iterator[Supporting]:
    software: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for one in statements:
        software[_software(one, question)].append(one)
    for key, rows in sorted(software.items(), key=lambda item: _sorted_as(item[0])):
        pythons: Iterable[str] = (question.python,)
        if question.python == ALL:
            pythons = sorted({one.python for one in rows} - {""}, key=_numbers)
        for python in pythons:
            found = _range(key, rows, python, releases[key[0]])
            if found is not None:
                yield replace(found, hardware=hardware.get(key[0], ()))


def _software(one: Statement, question: SupportQuestion) -> tuple[str, ...]:
    """Return what a statement is about, as finely as the question asks."""
    framework = one.framework if question.framework else ""
    version = one.framework_version if question.framework else ""
    package = one.package_key if question.package or question.framework else ""
    return one.accelerator, framework, version, package


def _sorted_as(key: tuple[str, ...]) -> tuple[object, ...]:
    accelerator, framework, version, package = key
    return accelerator, framework, _numbers(version), package


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)


def _range(
    key: tuple[str, ...], rows: Sequence[Statement], python: str, releases: Sequence[str]
) -> Supporting | None:
    """Return from when to when some software is supported on a Python; None if it never is."""
    for_it = [one for one in rows if _says(one, python)]
    if not for_it:
        return None
    saying = in_order(one.release for one in for_it)
    first, last = saying[0], saying[-1]
    after = releases[releases.index(last) + 1 :]
    between = releases[releases.index(first) : releases.index(last)]
    listing = {one.release for one in rows}
    # Something is said of the Python there, and none of it is that it may be this one.
    against = {one.release for one in rows if one.python and one.python_basis != DISPUTED} - {
        one.release for one in rows if one.python == python
    }
    accelerator, framework, version, package = key
    contradictions: dict[str, list[str]] = defaultdict(list)
    for one in for_it:
        for name in filter(None, one.contradictions.split(", ")):
            if one.release not in contradictions[name]:
                contradictions[name].append(one.release)
    return Supporting(
        accelerator=accelerator,
        package=rows[-1].package if package else "",
        framework=f"{framework} {version}".strip(),
        python=python,
        first=first,
        last=last,
        gaps=tuple(one for one in between if one not in saying),
        silent=tuple(one for one in after if one in listing and one not in against),
        against=tuple(one for one in after if one in against),
        unlisted=tuple(one for one in after if one not in listing),
        hardware=(),
        evidence=_evidence(for_it, first, last, python),
        contradictions={name: tuple(found) for name, found in contradictions.items()},
    )


def _says(one: Statement, python: str) -> bool:
    return not python or (one.python == python and one.python_basis != DISPUTED)


def _evidence(rows: Sequence[Statement], first: str, last: str, python: str) -> tuple[str, ...]:
    """Return the pages that list the software for two releases, and that state the Python."""
    pages: dict[str, None] = {}
    for release in (first, last):
        one = next(row for row in rows if row.release == release)
        pages.setdefault(f"{one.page} of {one.listed_on}")
        if python:
            pages.setdefault(f"{one.python_page} of {one.python_stated_on}")
    return tuple(pages)


def _why_none(
    connection: duckdb.DuckDBPyConnection,
    question: SupportQuestion,
    statements: Sequence[Statement],
) -> str:
    """Return why nothing answers a question, with what does exist."""
    if statements:
        pythons = sorted({one.python for one in statements} - {""}, key=_numbers)
        stated = f"stated are {', '.join(pythons)}" if pythons else "none is stated"
        return f"no page states Python {question.python} for it; {stated}"
    column, what = "accelerator", question.accelerator
    others = SupportQuestion()
    if question.package not in {"", ALL}:
        column, what = "package", question.package
        others = SupportQuestion(question.accelerator)
    elif question.framework_version:
        column, what = "framework_version", f"{question.framework} {question.framework_version}"
        others = SupportQuestion(question.accelerator, framework=question.framework)
    elif question.framework:
        column, what = "framework", question.framework
        others = SupportQuestion(question.accelerator)
    rows = connection.execute(
        f"SELECT DISTINCT {column} FROM release_support "  # noqa: S608 - a column of ours
        f"WHERE {_condition(others)} AND {column} IS NOT NULL"
    ).fetchall()
    names = [name for (name,) in rows]
    ordered = sorted(names, key=_numbers) if column == "framework_version" else sorted(names)
    if column == "package":
        ordered = _nearest(what, ordered)
    where = f" for {question.accelerator}" if others.accelerator not in {"", ALL} else ""
    return f"no page lists {what}{where}; listed are {', '.join(ordered) or 'none'}"


def _nearest(text: str, names: Sequence[str]) -> list[str]:
    """Return the few names most like a text, and a hint that there are more."""
    from difflib import get_close_matches

    near = get_close_matches(text, names, n=_FEW, cutoff=0)
    return [*near, "…"] if len(near) < len(names) else near
