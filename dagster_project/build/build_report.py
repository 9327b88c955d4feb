"""What a build did, as one value: the same facts for the summary, for JSON and for Dagster.

This module collects the facts, from a build's outcome and from the dataset that it left. Put a new
fact here. The summary's sentences live in `summary`; JSON and the command that gets it, in
`announce`; watched models, in `watching`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dagster_project.build.new_flags import FlagGroup, grouped, new_flags, previous_version
from pipelines.contract import RELEASES
from pipelines.contract.benchmarks import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from dagster_project.build.nothing_changed import NothingChanged
    from dagster_project.build.publish_releases import Outcome
    from dagster_project.build.watching import Watch, WatchedChange
    from warehouse.versions import Descriptor


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A page that was not published.

    Attributes:
        release: The release whose page it is.
        page: Our name for the page.
        url: Its address; "" where it is not known.
        problems: Why it was held back, one line each.
        has_last_rows: True where the dataset keeps the page's last good rows.
    """

    release: str
    page: str
    url: str
    problems: tuple[str, ...]
    has_last_rows: bool


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """One release of the dataset, in numbers."""

    release: str
    published_on: str | None
    pages: int
    tables: int
    benchmarks: int
    flags: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, and what the dataset holds now.

    Attributes:
        root: The dataset's folder, or `s3://bucket/prefix`.
        source: Where the pages came from.
        version: Number of the dataset version; None where nothing has been published.
        changed: True where this version is new.
        new_releases: Releases that were not in the version before, oldest first.
        changed_releases: Releases of the version before that differ now.
        unchanged_releases: Releases that were read and are the same.
        refused: Message by release, of those of which nothing could be read.
        held_back: Pages that were not published, though the rest of their release was.
        messages: Why releases were not read and pages held back, and what of the source is lost.
        warnings: What else a person should know.
        counts: How many releases, pages, tables, benchmarks and measurements there are.
        flags: How many quality flags there are, by severity.
        new_flags: Flags that no release had in the version before, by rule.
        errors: Messages of all flags of severity error, with their releases.
        releases: Each release in numbers, oldest first.
        watched: Figures of watched models that got better or worse.
        database: Path of the warehouse file.
        rebuilt: True where that file was written again.
        repaired: Paths of damaged or missing files that were written again.
        suggestion: Arguments of the command that most people want next.
        exit_code: The build's exit code.
    """

    root: str
    source: str
    version: int | None
    changed: bool
    new_releases: tuple[str, ...] = ()
    changed_releases: tuple[str, ...] = ()
    unchanged_releases: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    held_back: tuple[HeldBack, ...] = ()
    messages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    flags: Mapping[str, int] = field(default_factory=dict)
    new_flags: tuple[FlagGroup, ...] = ()
    errors: tuple[str, ...] = ()
    releases: tuple[ReleaseFacts, ...] = ()
    watched: tuple[WatchedChange, ...] = ()
    database: str = ""
    rebuilt: bool = False
    repaired: tuple[str, ...] = ()
    suggestion: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """A dataset version, the one it is compared with, and the releases that differ."""

    version: Descriptor
    before: Descriptor | None
    added: tuple[str, ...]
    altered: tuple[str, ...]


def report_build(outcome: Outcome, root: str, watches: Sequence[Watch] = ()) -> BuildReport:
    """Return what a build did.

    Args:
        outcome: The build's outcome.
        root: The dataset's folder, or `s3://bucket/prefix`.
        watches: Models of which every change is reported.

    Raises:
        SourceError: The dataset cannot be read.
    """
    facts: dict[str, Any] = {
        "refused": {release: str(error) for release, error in outcome.refused.items()},
        "held_back": held_back(outcome),
        "messages": outcome.messages,
        "warnings": tuple(outcome.notices),
        "exit_code": outcome.exit_code,
        "rebuilt": outcome.rebuilt,
    }
    published = outcome.published
    if published is None:
        return BuildReport(root, outcome.source, None, changed=False, **facts)
    version = published.descriptor
    before = previous_version(root, version) if published.changed else version
    step = _Step(version, before, published.added, published.altered)
    facts |= _dataset_facts(root, step, watches)
    facts["warnings"] += facts.pop("missing")
    return BuildReport(
        root,
        outcome.source,
        published.version,
        changed=published.changed,
        unchanged_releases=published.unchanged,
        repaired=published.repaired,
        **facts,
    )


def report_nothing_changed(
    found: NothingChanged, root: str, watches: Sequence[Watch] = ()
) -> BuildReport:
    """Return what a build reports that found nothing changed, from the dataset alone.

    Args:
        found: The version that stands.
        root: The dataset's folder.
        watches: Models of which every change is reported.

    Raises:
        SourceError: The dataset cannot be read.
    """
    step = _Step(found.descriptor, found.descriptor, (), ())
    facts = _dataset_facts(root, step, watches)
    facts["warnings"] = found.notices + facts.pop("missing")
    return BuildReport(
        root,
        found.source,
        found.descriptor.version,
        changed=False,
        unchanged_releases=found.releases,
        **facts,
    )


def report_versions(
    root: str, since: int | None = None, watches: Sequence[Watch] = ()
) -> BuildReport:
    """Return what changed up to the newest version of a dataset, from the dataset alone.

    Args:
        root: The dataset's folder, or `s3://bucket/prefix`.
        since: Number of the version to compare with; by default the newest one's predecessor.
        watches: Models of which every change is reported.

    Raises:
        SourceError: The dataset cannot be read, or nothing has been published.
    """
    from warehouse.versions import numbers, read_version, require_newest

    version = require_newest(root)
    if since is not None and since in numbers(root):
        before: Descriptor | None = read_version(root, since)
    else:
        before = previous_version(root, version)
    facts = _dataset_facts(root, _differing(version, before), watches)
    facts["warnings"] = facts.pop("missing")
    changed = before is None or before.version != version.version
    return BuildReport(root, version.source, version.version, changed=changed, **facts)


def held_back(outcome: Outcome) -> tuple[HeldBack, ...]:
    """Return the pages that a build held back, by release."""
    return tuple(
        HeldBack(release, page.page, page.url, tuple(map(str, page.problems)), page.has_last_rows)
        for release, pages in outcome.held_back.items()
        for page in pages
    )


def _dataset_facts(root: str, step: _Step, watches: Sequence[Watch]) -> dict[str, Any]:
    """Return the facts that the dataset itself holds."""
    from warehouse.database.open_version import open_warehouse
    from warehouse.storage.data_paths import FILE
    from warehouse.storage.roots import open_root

    facts: dict[str, Any] = {
        "new_releases": step.added,
        "changed_releases": step.altered,
        "new_flags": grouped(new_flags(root, step.version, step.before)),
        "database": open_root(root).describe(FILE),
    }
    with open_warehouse(root) as warehouse:
        facts |= {
            "counts": _counts(warehouse),
            "flags": _flag_counts(warehouse),
            "errors": tuple(m for (m,) in warehouse.execute(_ERRORS).fetchall()),
            "releases": _releases(warehouse),
            "missing": _missing(warehouse, {*step.added, *step.altered}),
            "suggestion": _suggestion(warehouse),
        }
        if watches:
            from dagster_project.build.watching import watched_changes

            concerned = (*step.added, *step.altered)
            is_first = step.before is None
            watched = watched_changes(warehouse, watches, concerned, first=is_first)
            facts["watched"] = watched.changes
            facts["missing"] += watched.warnings
    return facts


def _differing(version: Descriptor, before: Descriptor | None) -> _Step:
    """Compare the files of two versions."""
    if before is None:
        return _Step(version, None, version.releases, ())
    paths = {file.path for file in before.files}
    # Of `releases`, a row of an older patch changes because it is no longer the latest.
    written = {
        file.release
        for file in version.files
        if file.path not in paths and file.table != RELEASES.name
    }
    added = tuple(one for one in version.releases if one not in before.releases)
    altered = tuple(one for one in version.releases if one in written - set(added))
    return _Step(version, before, added, altered)


def _counts(warehouse: duckdb.DuckDBPyConnection) -> dict[str, int]:
    row = warehouse.execute(_COUNTS).fetchone() or ()
    names = ("releases", "pages", "tables", "benchmarks", "measurements")
    return {name: int(count or 0) for name, count in zip(names, row, strict=True)}


def _flag_counts(warehouse: duckdb.DuckDBPyConnection) -> dict[str, int]:
    found = dict(
        warehouse.execute("SELECT severity, count(*) FROM quality_flags GROUP BY ALL").fetchall()
    )
    return {severity: found.get(severity, 0) for severity in SEVERITIES}


def _releases(warehouse: duckdb.DuckDBPyConnection) -> tuple[ReleaseFacts, ...]:
    return tuple(ReleaseFacts(*row) for row in warehouse.execute(_RELEASES).fetchall())


def _missing(warehouse: duckdb.DuckDBPyConnection, releases: set[str]) -> tuple[str, ...]:
    """Return messages about pages that releases lack, or that do not name their release."""
    found = warehouse.execute(_MISSING).fetchall()
    return tuple(message for release, message in found if release in releases)


def _suggestion(warehouse: duckdb.DuckDBPyConnection) -> str:
    """Return the command that most people want next: the newest minor and the one before."""
    for newest in (_NEWEST_MINORS, _NEWEST_PATCHES):
        found = [name for (name,) in warehouse.execute(newest).fetchall()]
        if len(found) > 1:
            return f"compare {found[1]} {found[0]}"
    return 'sql "FROM benchmark_results"'


_COUNTS = """
    SELECT count(*), sum(page_count), sum(table_count), sum(benchmark_count),
           (SELECT count(*) FROM measurements)
    FROM releases
"""
_ERRORS = """
    SELECT string_agg(release, ', ' ORDER BY release_order) || ': ' || message
    FROM (SELECT DISTINCT release, release_order, message
          FROM quality_flags JOIN releases USING (release) WHERE severity = 'error')
    GROUP BY message ORDER BY min(release_order), message
"""
_RELEASES = """
    SELECT release, published_on::VARCHAR, page_count, table_count, benchmark_count, flag_count
    FROM releases ORDER BY release_order
"""
_MISSING = """
    SELECT release, message
    FROM quality_flags JOIN releases USING (release)
    WHERE rule IN ('missing-page', 'unclaimed-release')
    ORDER BY release_order, page, message
"""
_NEWEST_MINORS = """
    SELECT minor FROM releases GROUP BY minor ORDER BY max(release_order) DESC LIMIT 2
"""
_NEWEST_PATCHES = "SELECT release FROM releases ORDER BY release_order DESC LIMIT 2"
