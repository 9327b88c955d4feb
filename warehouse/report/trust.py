"""What the page says of its own ground: quality flags, edits and packages of each release.

This module reads them. Flags are each told once, with the releases that they hold for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.packages.version_order import version_parts
from warehouse.report.interning import Numbered

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


RELEASE_IN_MESSAGE = "\0"
"""Stands for the release in a flag's message. No text of a page holds it."""


@dataclass(frozen=True, slots=True)
class Flags:
    """Quality flags; `numbers` are those of each benchmark's flags, by benchmark_id."""

    rows: list[dict[str, Any]]
    numbers: Mapping[str, tuple[int, ...]]


def read_flags(connection: duckdb.DuckDBPyConnection, releases: Numbered[str]) -> Flags:
    """Return all quality flags, gravest first; one of several releases once.

    Messages that differ in nothing but the release are one: each names it by `RELEASE_IN_MESSAGE`.
    """
    rows = connection.execute("""
        SELECT severity, rule, page, message, release, benchmark_id
        FROM quality_flags
        ORDER BY array_position(['error', 'warning', 'info'], severity), rule, page, message
    """).fetchall()
    found: dict[tuple[str, ...], set[int]] = {}
    numbers: dict[str, set[int]] = {}
    places: Numbered[tuple[str, ...]] = Numbered()
    for *flag, message, release, benchmark in rows:
        key = (*flag, message.replace(release, RELEASE_IN_MESSAGE))
        found.setdefault(key, set()).add(releases[release])
        place = places.number(key)
        if benchmark is not None:
            numbers.setdefault(benchmark, set()).add(place)
    names = ("severity", "rule", "page", "message")
    return Flags(
        [
            dict(zip(names, flag, strict=True)) | {"releases": sorted(where)}
            for flag, where in found.items()
        ],
        {benchmark: tuple(sorted(flags)) for benchmark, flags in numbers.items()},
    )


def read_edits(
    connection: duckdb.DuckDBPyConnection, releases: Numbered[str]
) -> list[dict[str, Any]]:
    """Return the cells of released pages that were edited later, in the order of the edits."""
    rows = connection.execute("""
        SELECT release, page, header, "before", "after", strftime(noticed_at, '%Y-%m-%d')
        FROM cell_changes
        SEMI JOIN releases USING (release)
        ORDER BY release, change_number, page, table_id, "row", "column"
    """).fetchall()
    names = ("page", "header", "before", "after", "noticed_on")
    return [
        {"release": releases[release]} | dict(zip(names, edit, strict=True))
        for release, *edit in rows
    ]


def read_packages(
    connection: duckdb.DuckDBPyConnection, releases: Numbered[str], texts: Numbered[str]
) -> list[list[Any]]:
    """Return each package of each accelerator with its versions, one a release of the page."""
    rows = connection.execute("""
        SELECT accelerator, coalesce(component, ''), package, release, version
        FROM release_packages
        SEMI JOIN releases USING (release)
        WHERE version IS NOT NULL
        ORDER BY ALL
    """).fetchall()
    found: dict[tuple[str, str, str], dict[int, set[str]]] = {}
    for accelerator, component, package, release, version in rows:
        by_release = found.setdefault((accelerator, component, package), {})
        by_release.setdefault(releases[release], set()).add(version)
    count = len(releases.values())
    return [
        [
            *name,
            [
                texts.number(", ".join(sorted(versions[place], key=version_parts)))
                if place in versions
                else None
                for place in range(count)
            ],
        ]
        for name, versions in found.items()
    ]
