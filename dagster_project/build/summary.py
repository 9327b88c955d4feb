"""What a build says at its end: what there is, what changed, what looks wrong, where it is.

Here belong the summary's sentences. It reads the warehouse that was just built.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from dagster_project.build import DEFAULT_ROOT
from dagster_project.build.publish_releases import Outcome
from warehouse.database.connect import FILE
from warehouse.database.query import open_warehouse
from warehouse.schema.quoting import listed
from warehouse.storage.roots import open_root

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
_MISSING = """
    SELECT message
    FROM quality_flags
    JOIN releases USING (release)
    WHERE rule IN ('missing-page', 'unclaimed-release') AND release IN {releases}
    ORDER BY release_order, page
"""
_MOST_ERRORS = 5
_NEWEST_MINORS = """
    SELECT minor FROM releases GROUP BY minor ORDER BY max(release_order) DESC LIMIT 2
"""
_NEWEST_PATCHES = "SELECT release FROM releases ORDER BY release_order DESC LIMIT 2"


def summary_lines(outcome: Outcome, root: str, program: str) -> Iterator[str]:
    """Return the summary of a build, line by line; `program` is how the next command is called."""
    if outcome.published is None:
        yield f"Nothing was changed in {root}: no release of the source could be published."
        return
    with open_warehouse(root) as warehouse:
        yield from _what_changed(outcome)
        yield from _what_there_is(warehouse)
        yield from _what_looks_wrong(warehouse)
        following = _next_command(warehouse)
    yield ""
    yield f"  {open_root(root).describe(FILE)}"
    yield ""
    elsewhere = "" if root == DEFAULT_ROOT else f" --root {shlex.quote(root)}"
    yield f"Next: {program} {following}{elsewhere}"


def missing_pages(outcome: Outcome, root: str) -> Sequence[str]:
    """Name the pages that a new or changed release came without, and say if none tells its name."""
    published = outcome.published
    releases = (*published.added, *published.altered) if published else ()
    if not releases:
        return ()
    with open_warehouse(root) as warehouse:
        found = warehouse.execute(_MISSING.format(releases=listed(releases))).fetchall()
    return [message for (message,) in found]


def _what_changed(outcome: Outcome) -> Iterator[str]:
    published = outcome.published
    if published is None:
        return
    version = f"dataset version {published.version}"
    if not published.changed:
        yield f"Nothing has changed: {version} holds what {outcome.source} says."
    else:
        yield f"Built {version} from {outcome.source}: " + ", ".join(
            f"{len(names)} {what} ({_span(names)})"
            for what, names in (
                ("new", published.added),
                ("changed", published.altered),
                ("unchanged", published.unchanged),
            )
            if names
        )
    if outcome.rebuilt and not published.changed:
        yield f"Made {FILE} again, which was missing, damaged, or made by other software."
    for path in published.mended:
        yield f"Mended {path}, which was missing or damaged: written again from {outcome.source}."
    if outcome.refused:
        names = ", ".join(outcome.refused)
        yield f"Refused, and left as they were: {names}. See the messages on standard error."
    for release, pages in outcome.held_back.items():
        for page in pages:
            kept = "its last good rows stay" if page.has_last_rows else "nothing of it is published"
            yield f"Held back of {release}: {page.page}; {kept}."


def _what_there_is(warehouse: Any) -> Iterator[str]:
    row = warehouse.execute(_COUNTS).fetchone()
    names = ("release", "page", "table", "benchmark", "measurement")
    yield ""
    for count, name in zip(row, names, strict=True):
        number, word = _plural(int(count or 0), name).split()
        yield f"  {number:>7} {word}"


def _what_looks_wrong(warehouse: Any) -> Iterator[str]:
    counts = dict(
        warehouse.execute("SELECT severity, count(*) FROM quality_flags GROUP BY ALL").fetchall()
    )
    if not counts:
        return
    listed = [
        _plural(counts[severity], severity)
        for severity in ("error", "warning", "info")
        if severity in counts
    ]
    yield f"  {sum(counts.values()):>7,} quality flags: {', '.join(listed)}"
    errors = [message for (message,) in warehouse.execute(_ERRORS).fetchall()]
    for message in errors[:_MOST_ERRORS]:
        yield f"          {message}"
    if len(errors) > _MOST_ERRORS:
        yield f"          and {len(errors) - _MOST_ERRORS} more; query quality_flags for them"


def _next_command(warehouse: Any) -> str:
    """Return the command that most people want next: the newest minor against the one before."""
    for newest in (_NEWEST_MINORS, _NEWEST_PATCHES):
        found = [name for (name,) in warehouse.execute(newest).fetchall()]
        if len(found) > 1:
            return f"compare {found[1]} {found[0]}"
    return 'sql "FROM benchmark_results"'


def _span(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 or word == "info" else f"{count:,} {word}s"
