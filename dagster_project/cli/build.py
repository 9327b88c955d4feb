"""`neuron-warehouse build`: runs the pipeline and ends with a summary.

This module has the command's options, its progress line and its exit code. What the summary says
lives in `dagster_project.build.summary`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.build.announce import ON_CHANGE_VARIABLE
from dagster_project.build.watching import WATCH_FILE, WATCH_VARIABLE
from dagster_project.cli.shared.options import add_root
from dagster_project.cli.shared.output import print_error, tell
from dagster_project.cli.shared.unused_modules import DATABASES, PROGRESS, left_alone
from pipelines.errors import NeuronWarehouseError, UsageError
from pipelines.releases import matching_releases

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from dagster_project.build.build_report import BuildReport
    from dagster_project.build.build_request import BuildRequest
    from dagster_project.build.publish_releases import BuildSession, Outcome
    from dagster_project.build.watching import Watch
    from dagster_project.cli.shared.parser import Parser
    from pipelines.sources.site import Site

EPILOG = """examples:
  neuron-warehouse build
  neuron-warehouse build --release 2.19 --release 2.20.2
  neuron-warehouse build --source live --release '>=2.17'
  neuron-warehouse build --source archive --root /srv/neuron
  neuron-warehouse build --format json | jq .held_back
  neuron-warehouse build --source live --on-change 'jq -r .summary | mail -s Neuron me@example.org'

A minor means its latest patch. A page that cannot be read is held back: its last good rows
stay, everything else is published, and the exit code is 4. It is 3 where the source could not be
read."""

TEXT = "text"
JSON = "json"


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    _add_what_is_read(parser)
    add_root(parser, or_bundled=False)
    for name, text in (
        ("--strict", "hold a page back for anything on it that cannot be read"),
        ("--allow-lost-tables", "publish a page although tables of its last capture are gone"),
        ("--keep-history", "keep Dagster's history of runs in .dagster/"),
    ):
        parser.add_argument(name, action="store_true", help=text)
    parser.add_argument(
        "--file-lists",
        default="",
        metavar="FOLDER",
        help="judge links to scripts by lists of the repository's files, v2.20.2.txt and so on, as "
        "`git ls-tree -r --name-only v2.20.2` writes them",
    )
    _add_what_is_said(parser)


def _add_what_is_read(parser: Parser) -> None:
    parser.add_argument(
        "--source",
        default=os.environ.get("NEURON_WAREHOUSE_SOURCE") or "bundled",
        metavar="SOURCE",
        help="where pages come from: `bundled` (the capture in this package), `live` (the public "
        "site), `archive` (what was archived of it), another site's address, or a folder laid out "
        "like the site; by default NEURON_WAREHOUSE_SOURCE, or else bundled",
    )
    parser.add_argument(
        "--release",
        action="append",
        default=[],
        metavar="RELEASE",
        help="a release, a minor (its latest patch), `latest`, `all`, or a range (2.17..2.20, "
        "'>=2.17'); may be given several times; by default all that the source holds",
    )


def _add_what_is_said(parser: Parser) -> None:
    parser.add_argument(
        "--format", choices=(TEXT, JSON), default=TEXT, help="how to write the summary"
    )
    parser.add_argument(
        "--on-change",
        default=os.environ.get(ON_CHANGE_VARIABLE, ""),
        metavar="COMMAND",
        help="run a command, with the summary as JSON on its standard input, when a new version "
        f"was published; by default {ON_CHANGE_VARIABLE}",
    )
    parser.add_argument(
        "--watch",
        metavar="FILE",
        help="report figures of these models that got better or worse; by default "
        f"{WATCH_VARIABLE}, or else {WATCH_FILE} if there is one; see examples/ci/watch.toml",
    )


def run(args: Namespace) -> int:
    """Read documentation pages into the warehouse, and return the exit code."""
    from dagster_project.build.garbage import collecting_no_garbage

    with collecting_no_garbage(at_the_end=True):
        return _run(args)


def _run(args: Namespace) -> int:
    from dagster_project.build.announce import announce
    from dagster_project.build.build_request import BuildRequest
    from dagster_project.build.watching import read_watches, watch_path
    from pipelines.policy import Policy

    watches = read_watches(watch_path(args.watch))
    request = BuildRequest(
        source=args.source,
        root=args.root,
        releases=tuple(args.release),
        policy=Policy(args.strict, args.allow_lost_tables, _folder(args.file_lists)),
        keep_history=args.keep_history,
    )
    report = _build(request, watches, beside=args.format == JSON)
    _print(report, args.format)
    warning = announce(report, args.on_change) if args.on_change else None
    if warning:
        print_error(f"warning: {warning}")
    return report.exit_code


def _folder(name: str) -> str:
    """Return a folder's name as given.

    Raises:
        UsageError: There is no such folder.
    """
    if name and not os.path.isdir(name):  # noqa: PTH112 - `Path.is_dir` raises for some names
        raise UsageError(f"--file-lists must be a folder, got {name!r}")
    return name


def _print(report: BuildReport, form: str) -> None:
    """Write the summary to standard output, and warnings and errors to standard error."""
    from dagster_project.build.announce import as_json
    from dagster_project.build.summary import summary_lines

    if form == JSON:
        print(json.dumps(as_json(report, _program()), ensure_ascii=False, indent=2))
    else:
        for line in summary_lines(report, _program()):
            tell(line)
    for warning in report.warnings:
        print_error(f"warning: {warning}")
    for message in report.messages:
        print_error(message)


def _build(request: BuildRequest, watches: Sequence[Watch], *, beside: bool) -> BuildReport:
    """Open the site, and build from it what changed; remarks go to standard error if `beside`."""
    from dagster_project.build.build_report import report_build, report_nothing_changed
    from dagster_project.build.build_request import plan_releases
    from dagster_project.build.nothing_changed import find_nothing_changed, input_of, note_build
    from pipelines.sources.choose import open_site

    with closing(open_site(request.source, request.root)) as site:
        releases = plan_releases(request, site)
        _tell_what_is_meant(request, releases, beside=beside)
        hashed = input_of(site, request, releases)
        unchanged = find_nothing_changed(request.root, hashed, site, releases)
        if unchanged is not None:
            return report_nothing_changed(unchanged, request.root, watches)
        outcome = _read_and_publish(site, request, releases)
        for remark in site.remarks:
            tell(remark, beside=beside)
        note_build(request.root, hashed, outcome, site, request)
    return report_build(outcome, request.root, watches)


def _tell_what_is_meant(request: BuildRequest, releases: tuple[str, ...], *, beside: bool) -> None:
    for text in request.releases:
        meant = matching_releases(text, releases)
        if text != "all" and meant != (text.removeprefix("v"),):
            tell(f"{text} means {', '.join(meant)}.", beside=beside)


def _read_and_publish(site: Site, request: BuildRequest, releases: Sequence[str]) -> Outcome:
    from dagster_project.build.prefetch import reading_ahead
    from dagster_project.build.publish_releases import BuildSession

    with reading_ahead(site, request.root, releases, request.policy) as ahead:
        session = BuildSession(site=site, prefetched=ahead)
        try:
            return _watched(request, releases, session)
        except NeuronWarehouseError:
            # The file was not made; what was refused or held back before that is worth knowing.
            for message in chain.from_iterable(one.messages for one in session.outcomes):
                print_error(message)
            raise


def _watched(request: BuildRequest, releases: Sequence[str], session: BuildSession) -> Outcome:
    """Run the build, with a progress line on a terminal."""
    from dagster_project.runs.build_run import run_build

    databases = () if request.history_is_kept else DATABASES
    if not sys.stderr.isatty():
        with left_alone(hide=PROGRESS, put_off=databases):
            return run_build(request, releases, session)
    from rich.console import Console

    with left_alone(put_off=databases), Console(stderr=True).status("Starting") as status:
        session.progress = progress_line(releases, status.update)
        return run_build(request, releases, session)


def progress_line(
    releases: Sequence[str], show: Callable[[str], object]
) -> Callable[[str], object]:
    """Return what shows a release that is being read, with its place: `2.18.1, 3 of 16`.

    Args:
        releases: All releases that are read, in order.
        show: Writes the line.
    """
    places = {release: place for place, release in enumerate(releases, 1)}
    return lambda release: show(f"Reading {release}, {places[release]} of {len(places)}")


def _program() -> str:
    """Return the words that call this program again from where it was called."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{Path(sys.executable).name} -m dagster_project"
    return called.name if shutil.which(called.name) else sys.argv[0]
