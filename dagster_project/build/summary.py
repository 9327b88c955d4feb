"""The summary of a build: what changed, what there is, what to look at, and where it is.

This module has the sentences. Put facts in `report`; nothing here reads the dataset.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from warehouse.storage.data_paths import DEFAULT_ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dagster_project.build.build_report import BuildReport, HeldBack
    from dagster_project.build.new_flags import FlagGroup
    from dagster_project.build.watching import WatchedChange

_MOST_ERRORS = 5
_MOST_GROUPS = 6
_FILE = "warehouse.duckdb"
_ERRORS = "FROM quality_flags WHERE severity = 'error'"


def summary_lines(report: BuildReport, program: str) -> Iterator[str]:
    """Yield the summary of a build, line by line.

    Args:
        report: What the build did.
        program: How this program is called, to name the next command.
    """
    if report.version is None:
        yield f"Nothing was changed in {report.root}: no release of the source could be read."
        return
    elsewhere = "" if report.root == DEFAULT_ROOT else f" --root {shlex.quote(report.root)}"
    yield from _what_changed(report)
    yield from _what_there_is(report)
    yield from _what_looks_wrong(report, program, elsewhere)
    yield from attention_lines(report)
    yield ""
    yield f"  {report.database}"
    yield ""
    yield f"Next: {program} {report.suggestion}{elsewhere}"


def attention_lines(report: BuildReport) -> Iterator[str]:
    """Yield what a person should look at: pages held back, new flags, and watched models."""
    lines = [
        *map(_held_line, report.held_back),
        *_group_lines(report.new_flags),
        *map(_watched_line, report.watched),
    ]
    if lines:
        yield ""
        yield "To look at:"
        yield from (f"  {line}" for line in lines)


def _what_changed(report: BuildReport) -> Iterator[str]:
    version = f"dataset version {report.version}"
    if not report.changed:
        yield f"No changes: {version} already matches {report.source!r}."
    else:
        yield f"Built {version} from {report.source}: " + ", ".join(
            f"{len(names)} {what} ({_span(names)})"
            for what, names in (
                ("new", report.new_releases),
                ("changed", report.changed_releases),
                ("unchanged", report.unchanged_releases),
            )
            if names
        )
    if report.rebuilt and not report.changed:
        yield f"Wrote {_FILE} again: it was missing, damaged, or made by other software."
    for path in report.repaired:
        yield f"Repaired {path}, which was missing or damaged, from {report.source}."
    if report.refused:
        names = ", ".join(report.refused)
        yield f"Not read, and left as they were: {names}. See the messages on standard error."


def _what_there_is(report: BuildReport) -> Iterator[str]:
    yield ""
    for name, count in report.counts.items():
        yield f"  {count:>7,} {name if count != 1 else name.removesuffix('s')}"


def _what_looks_wrong(report: BuildReport, program: str, elsewhere: str) -> Iterator[str]:
    if not any(report.flags.values()):
        return
    parts = [counted(count, name) for name, count in report.flags.items() if count]
    yield f"  {sum(report.flags.values()):>7,} quality flags: {', '.join(parts)}"
    for message in report.errors[:_MOST_ERRORS]:
        yield f"          {message}"
    if len(report.errors) > _MOST_ERRORS:
        more = len(report.errors) - _MOST_ERRORS
        yield f'          and {more} more. List them: {program} sql "{_ERRORS}"{elsewhere}'


def _held_line(page: HeldBack) -> str:
    kept = "its last good rows stay" if page.has_last_rows else "there are no earlier rows of it"
    where = f" ({page.url})" if page.url else ""
    return f"{page.release}: the page {page.page} was held back; {kept}{where}"


def _group_lines(groups: Sequence[FlagGroup]) -> Iterator[str]:
    for group in groups[:_MOST_GROUPS]:
        many = counted(group.count, f"new {group.severity}")
        yield f"{many} of the rule {group.rule} ({_span(group.releases)}), such as:"
        yield f"  {group.messages[0]}"
    if len(groups) > _MOST_GROUPS:
        more = sum(group.count for group in groups[_MOST_GROUPS:])
        yield f"{counted(more, 'new flag')} of other rules, in the table quality_flags"


def _watched_line(change: WatchedChange) -> str:
    return (
        f"{change.verdict}: {change.model} on {change.instance}, {change.label} "
        f"{change.base_value:,g} → {change.target_value:,g} {change.unit or ''} "
        f"({change.change:+.1%}, {change.base_release} → {change.target_release})"
    )


def _span(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def counted(count: int, word: str) -> str:
    """Return a number with its word, in the plural where it needs one: `2 errors`."""
    return f"{count:,} {word}" if count == 1 or word.endswith("info") else f"{count:,} {word}s"
