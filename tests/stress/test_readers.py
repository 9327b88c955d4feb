"""Readers while versions change under them: every answer is of one version, and none fails."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.forms import only_in_full
from tests.stress.conftest import AMOUNTS, REPOSITORY, tell
from tests.warehouse.conftest import a_release
from warehouse.database.build_file import build_database
from warehouse.versions import publish

if TYPE_CHECKING:
    from pathlib import Path

RELEASES = ("2.19.0", "2.20.0", "2.20.1")
READERS = 2
EACH = 5
"""Queries of one opening, as a person asks them: all of them are of the version that was opened."""
# A version's number is told by how many rows each of its tables has: see `_publish`.
_READER = """
import json, sys
from itertools import count
from warehouse.database.open_version import open_newest, open_warehouse

root, openings = sys.argv[1], int(sys.argv[2])
asked = (
    ("SELECT count(*) FROM benchmarks", lambda rows: 3 * rows),
    ("SELECT list(DISTINCT n) FROM (SELECT count(*) AS n FROM measurements GROUP BY release)",
     lambda rows: [4 * rows]),
    ("SELECT sum(benchmark_count) FROM releases", lambda rows: 3 * rows),
    ("SELECT count(*) FROM benchmark_results", lambda rows: 3 * rows),
)
versions, queries = set(), 0
for turn in count():
    # A machine may be so busy that no version came meanwhile; one that changes is the point.
    if turn >= openings and len(versions) > 1:
        break
    # One in fifty, the tenth, reads the Parquet files instead.
    is_tenth = turn % 50 == 9
    with open_newest(root, views=True) if is_tenth else open_warehouse(root) as warehouse:
        ((version,),) = warehouse.execute("SELECT version FROM dataset").fetchall()
        for query, wanted in asked:
            ((found,),) = warehouse.execute(query).fetchall()
            assert found == wanted(version % 7 + 1), (version, query, found)
    versions.add(version)
    queries += 1 + len(asked)
print(json.dumps([queries, len(versions)]))
"""


# In short form: `database.test_query` and `database.test_build_file` read while a file is replaced.
@only_in_full
def test_every_answer_is_of_one_version(tmp_path: Path) -> None:
    root = tmp_path / "data"
    _publish(root, 1)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READER, str(root), str(AMOUNTS.queries // READERS // EACH)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(READERS)
    ]
    version = 1
    while any(reader.poll() is None for reader in readers):
        version += 1
        _publish(root, version)
    answers = [json.loads(reader.communicate()[0]) for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * READERS
    queries = sum(many for many, _ in answers)
    assert queries >= AMOUNTS.queries
    assert all(seen > 1 for _, seen in answers)
    tell(
        f"{queries:,} queries of {READERS} processes while {version} versions were published; "
        f"they met {' and '.join(str(seen) for _, seen in answers)} of them"
    )


def _publish(root: Path, version: int) -> None:
    rows = version % 7 + 1
    releases = [a_release(release, rows) for release in RELEASES]
    assert publish(root, releases, source="a test", now=datetime.now(UTC)).version == version
    build_database(root)
