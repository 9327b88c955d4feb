"""`neuron-warehouse build`: runs the pipeline and ends with a summary.

Here belong the command's options, its progress line and its exit code.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.cli.options import add_root
from dagster_project.cli.output import print_error, tell
from pipelines.releases import matching_releases

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from dagster_project.build.publish_releases import BuildSession, Outcome
    from dagster_project.cli.parser import Parser
    from dagster_project.run import BuildRequest
    from pipelines.sources.site import Site

EPILOG = """examples:
  neuron-warehouse build
  neuron-warehouse build --release 2.19 --release 2.20.2
  neuron-warehouse build --source live --release '>=2.17'
  neuron-warehouse build --source archive --root /srv/neuron

A minor stands for its latest patch. A page that cannot be published is held back and reported: its
last good rows stay, and all other pages are published. The exit code is 4 where something was held
back, and 3 where nothing of a release could be read."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=build)
    parser.add_argument(
        "--source",
        default=os.environ.get("NEURON_WAREHOUSE_SOURCE") or "bundled",
        metavar="bundled|live|archive|URL|FOLDER",
        help="where pages come from: the bundled capture, the public site, what was archived of "
        "it, another site, or a folder laid out like it; by default NEURON_WAREHOUSE_SOURCE, or "
        "else bundled",
    )
    parser.add_argument(
        "--release",
        action="append",
        default=[],
        metavar="RELEASE",
        help="a release, a minor (its latest patch), `latest`, `all`, or a range (2.17..2.20, "
        "'>=2.17'); may be given several times; by default all that the source holds",
    )
    add_root(parser)
    for name, text in (
        ("--strict", "hold a page back for anything on it that cannot be read"),
        ("--allow-lost-tables", "publish a page although tables of its last capture are gone"),
        ("--keep-history", "keep Dagster's history of runs in .dagster/"),
    ):
        parser.add_argument(name, action="store_true", help=text)


def build(args: Namespace) -> int:
    """Read documentation pages into the warehouse; give the exit code."""
    from dagster_project.run import BuildRequest
    from pipelines.policy import Policy

    request = BuildRequest(
        source=args.source,
        root=args.root,
        releases=tuple(args.release),
        policy=Policy(strict=args.strict, lost_tables=args.allow_lost_tables),
        keep_history=args.keep_history,
    )
    outcome = _run(request)
    from dagster_project.build.summary import missing_pages, summary_lines

    for line in summary_lines(outcome, request.root, _program()):
        tell(line)
    for notice in (*outcome.notices, *missing_pages(outcome, request.root)):
        print_error(f"warning: {notice}")
    for message in outcome.messages:
        print_error(message)
    return outcome.exit_code


def _run(request: BuildRequest) -> Outcome:
    """Open the site, and run the build on it."""
    from pipelines.sources.choose import open_site

    with closing(open_site(request.source, request.root)) as site:
        return _run_on(site, request)


def _run_on(site: Site, request: BuildRequest) -> Outcome:
    from dagster_project.build.prefetch import reading_ahead
    from dagster_project.build.publish_releases import BuildSession
    from dagster_project.run import plan_releases

    releases = plan_releases(request, site)
    for text in request.releases:
        meant = matching_releases(text, releases)
        if text != "all" and meant != (text.removeprefix("v"),):
            tell(f"{text} stands for {', '.join(meant)}.")
    with reading_ahead(site, request.root, releases, request.policy) as ahead:
        outcome = _watched(request, releases, BuildSession(site=site, prefetched=ahead))
    for remark in site.remarks:
        tell(remark)
    return outcome


def _watched(request: BuildRequest, releases: Sequence[str], session: BuildSession) -> Outcome:
    """Run the build, with a progress line where somebody is looking."""
    from dagster_project.run import run_build

    if not sys.stderr.isatty():
        return run_build(request, releases, session)
    from rich.console import Console

    with Console(stderr=True).status("Starting Dagster") as status:
        session.progress = lambda release: status.update(f"Reading {release}")
        return run_build(request, releases, session)


def _program() -> str:
    """Return the words that call this program again from where it was called."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{Path(sys.executable).name} -m dagster_project"
    return called.name if shutil.which(called.name) else sys.argv[0]
