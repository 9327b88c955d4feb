"""This module finds the newest release that an installation can move to, and what changes then.

Put here what supports an accelerator and a Python. Which release the installation is of is found in
`matching`; the statements themselves are in the view `release_support`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract.accelerators import ACCELERATORS
from pipelines.releases import release_order
from warehouse.packages.spelling import package_key
from warehouse.packages.version_order import version_parts
from warehouse.schema.quoting import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from warehouse.packages.identifying.matching import Identification

_SUPPORT = """
    SELECT release, accelerator, package_key, version, python, coalesce(python_basis, '')
    FROM release_support
    WHERE product IS NULL AND accelerator IN {accelerators}
"""
_DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Supported:
    """One version of a package in a release, with one version of Python that it supports."""

    release: str
    accelerator: str
    package_key: str
    version: str
    python: str | None
    python_basis: str


@dataclass(frozen=True)
class NewestMove:
    """The newest release for some accelerators.

    Attributes:
        accelerators: The accelerators for which the rest holds.
        release: The newest release that supports them, and the Python where that is known; None if
            there is no such release from the installed one on.
        silent: Newer releases that say nothing, or nothing clear, of this Python.
        unsupported: Newer releases that support the accelerator with other versions of Python.
        versions: For each package's key the versions that the release lists.
    """

    accelerators: tuple[str, ...]
    release: str | None
    silent: tuple[str, ...]
    unsupported: tuple[str, ...]
    versions: Mapping[str, tuple[str, ...]]


def newest_moves(
    connection: duckdb.DuckDBPyConnection, found: Identification, python: str = ""
) -> tuple[NewestMove, ...]:
    """Return the newest release that supports each accelerator an installation may be for.

    Args:
        connection: An open warehouse.
        found: What the installation is.
        python: Its Python, such as 3.10; empty if not known.
    """
    if found.answer is None or not found.accelerators:
        return ()
    query = _SUPPORT.format(accelerators=listed(found.accelerators))
    by_accelerator: dict[str, list[Supported]] = defaultdict(list)
    for row in connection.execute(query).fetchall():
        by_accelerator[row[1]].append(Supported(*row))
    keys = frozenset(one.installed.key for one in found.packages)
    moves = (
        find_move(name, by_accelerator[name], found.answer, keys, python)
        for name in found.accelerators
    )
    return _together(moves)


def find_move(
    accelerator: str, rows: Sequence[Supported], start: str, keys: frozenset[str], python: str
) -> NewestMove:
    """Return the newest release, from one on, that supports an accelerator and a Python.

    Args:
        accelerator: The accelerator.
        rows: What every release supports on it.
        start: The release to start from.
        keys: The installed packages.
        python: The Python; empty if not known.
    """
    (compiler,) = (package_key(one.compiler) for one in ACCELERATORS if one.name == accelerator)
    by_release: dict[str, list[Supported]] = defaultdict(list)
    for row in rows:
        by_release[row.release].append(row)
    silent: list[str] = []
    unsupported: list[str] = []
    for release in sorted(by_release, key=release_order, reverse=True):
        if release_order(release) < release_order(start):
            break
        says = supports_python(by_release[release], keys, python, compiler)
        if says:
            versions = _versions(by_release[release])
            return NewestMove((accelerator,), release, tuple(silent), tuple(unsupported), versions)
        (silent if says is None else unsupported).insert(0, release)
    return NewestMove((accelerator,), None, tuple(silent), tuple(unsupported), {})


def supports_python(
    rows: Iterable[Supported], keys: frozenset[str], python: str, compiler: str
) -> bool | None:
    """Return whether a release supports a Python on one accelerator; None if it does not say.

    The compiler must support it, and every installed package of which something is said.

    Args:
        rows: What the release supports on the accelerator.
        keys: The installed packages.
        python: The Python; an empty one is supported by all.
        compiler: The accelerator's compiler, which all else needs.
    """
    if not python:
        return True
    said: dict[str, set[str]] = defaultdict(set)
    unclear: set[str] = set()
    for row in rows:
        if row.package_key not in keys | {compiler} or row.python is None:
            continue
        if row.python_basis != _DISPUTED:
            said[row.package_key].add(row.python)
        elif row.python == python:
            unclear.add(row.package_key)
    if any(python not in said[key] for key in said.keys() - unclear):
        return False
    return True if compiler in said and not unclear else None


def _versions(rows: Iterable[Supported]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.package_key].add(row.version)
    return {key: tuple(sorted(versions, key=version_parts)) for key, versions in found.items()}


def _together(moves: Iterable[NewestMove]) -> tuple[NewestMove, ...]:
    """Join the moves of accelerators that move to the same release for the same reasons."""
    joined: dict[tuple[object, ...], NewestMove] = {}
    for move in moves:
        key = (move.release, move.silent, move.unsupported)
        before = joined.get(key)
        if before is None:
            joined[key] = move
            continue
        versions = dict(before.versions)
        for name, others in move.versions.items():
            both = {*versions.get(name, ()), *others}
            versions[name] = tuple(sorted(both, key=version_parts))
        names = (*before.accelerators, *move.accelerators)
        joined[key] = NewestMove(names, move.release, move.silent, move.unsupported, versions)
    return tuple(joined.values())
