"""Two writers and three readers at once on one root in an object store.

    python -m examples.scale.one_bucket run ROOT

Writers build releases of the bundled capture into the root, one after another; readers ask all the
while. This module holds all three, and the check: each answer is that of a whole version.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.build.publish_releases import publish_releases
from examples.scale.measuring import REPOSITORY
from pipelines.sources.site import bundled_site
from warehouse.database.build_file import build_database
from warehouse.database.open_version import open_newest, open_warehouse
from warehouse.versions import numbers
from warehouse.versions.verify import verify_versions

if TYPE_CHECKING:
    from collections.abc import Sequence

WRITERS, READERS = 2, 3
_TABLES = ("releases", "benchmarks", "measurements", "published_cells", "quality_flags")
# Rows of two versions never add up to this: it is of every value of every row.
_ASK = " UNION ALL ".join(
    f"SELECT '{name}', count(*), sum(hash(t))::VARCHAR FROM {name} AS t"  # noqa: S608 - ours
    for name in _TABLES
)


def answer(root: str, *, newest: bool = False, version: int | None = None) -> tuple[int, list[Any]]:
    """Return the version that a reader was shown, and what all its rows add up to.

    Args:
        root: The root.
        newest: Whether to read the newest Parquet files instead of the warehouse file.
        version: The number of the version to read; None for the one that is there.
    """
    with open_newest(root, views=True) if newest else open_warehouse(root, version) as warehouse:
        ((number,),) = warehouse.execute("SELECT version FROM dataset").fetchall()
        return number, sorted(map(list, warehouse.execute(_ASK).fetchall()))


def write(root: str, *releases: str) -> None:
    """Build releases one by one, each into a version of its own and into the warehouse file."""
    for release in releases:
        with closing(bundled_site()) as site:
            outcome = publish_releases(site, root, [release])
        if outcome.exit_code:
            raise SystemExit("\n".join(outcome.messages))
        build_database(root)


def read(root: str, over: str) -> None:
    """Ask until a file is there; one time in four read Parquet instead of the warehouse file."""
    for turn in count():
        print(json.dumps(answer(root, newest=turn % 4 == 3)))  # noqa: PLR2004 - one in four
        if Path(over).exists():
            return


def run(root: str) -> dict[str, Any]:
    """Let all of them work at once, and check every answer."""
    from tests.buckets import a_bucket

    first, *others = bundled_site().releases()[-9:]
    # The server's log: it answers 500 where an object is replaced while it is read. Asked again, it
    # answers.
    logging.getLogger("werkzeug").disabled = True
    with a_bucket(), tempfile.TemporaryDirectory() as folder:
        write(root, first)
        over = Path(folder) / "over"
        readers = [_start("read", root, str(over)) for _ in range(READERS)]
        writers = [_start("write", root, *others[at::WRITERS]) for at in range(WRITERS)]
        for writer in writers:
            writer.wait()
        over.touch()
        told = [
            [json.loads(line) for line in reader.communicate()[0].splitlines()]
            for reader in readers
        ]
        whole = {number: answer(root, version=number)[1] for number in numbers(root)}
        return {
            "versions": len(whole),
            "answers": sum(map(len, told)),
            "versions_met": len({number for one in told for number, _ in one}),
            "wrong": sum(whole.get(number) != rows for one in told for number, rows in one),
            "failed": sum(one.returncode != 0 for one in (*readers, *writers)),
            "faults": len(verify_versions(root).faults),
            "landed": set(releases_of(root)) == {first, *others},
        }


def releases_of(root: str) -> list[str]:
    """Return the releases in the warehouse file."""
    with open_warehouse(root) as warehouse:
        return [name for (name,) in warehouse.execute("SELECT release FROM releases").fetchall()]


def _start(part: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "examples.scale.one_bucket", part, *arguments]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def main(arguments: Sequence[str]) -> None:
    """Run one part."""
    part, root, *others = arguments
    if part == "run":
        print(json.dumps(run(root)))
    elif part == "write":
        write(root, *others)
    else:
        read(root, *others)


if __name__ == "__main__":
    main(sys.argv[1:])
