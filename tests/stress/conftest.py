"""What the stress tests share: how much they do, the driver, and what a root answers.

`STRESS=full` does what docs/explanation/how-it-is-tested.md reports; without it, each has a short
form.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.saving import save
from dagster_project.build.publish_releases import publish_releases
from pipelines.contract import TABLES
from pipelines.sources.site import FolderSite
from tests.forms import FULL
from tests.warehouse.conftest import NOW, contents
from warehouse.database.build_file import build_database
from warehouse.database.connect import connect
from warehouse.database.open_version import open_warehouse
from warehouse.storage.data_paths import FILE
from warehouse.versions import require_newest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sites import CopiedSite

REPOSITORY = Path(__file__).parents[2]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: slow, and with a full form."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("slow")
            item.add_marker("stress")


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is done."""

    kills: int
    kills_of_the_command: int
    rounds: int
    queries: int


AMOUNTS = Amounts(200, 20, 20, 10_000) if FULL else Amounts(10, 0, 2, 100)


class Driver:
    """The process that runs builds; see `driver`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.stress.driver"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *requests: dict[str, Any]) -> list[int]:
        """Run builds together; give their exit codes."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(requests) + "\n")
        self.process.stdin.flush()
        codes: list[int] = json.loads(self.process.stdout.readline())
        return codes

    def close(self) -> None:
        """Let the process end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    driver.close()


_TOLD: list[str] = []
"""What the tests of this run did."""


def tell(sentence: str) -> None:
    """Write what was done; `make stress` shows it, and keeps it as a result."""
    sys.stdout.write(f"- {sentence}\n")
    _TOLD.append(sentence)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep what a whole run of `make stress` did, if nothing failed."""
    config = session.config
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword
    if FULL and whole and _TOLD and exitstatus == 0:
        save("endurance", [{"done, and nothing was lost": sentence} for sentence in _TOLD])


def read_and_build(root: Path, site: CopiedSite) -> None:
    """Do what the command does, without its pipeline around it."""
    pages = FolderSite(site.folder, name="a test")
    assert not publish_releases(pages, root, pages.releases(), now=NOW).refused
    build_database(root)


Answers = dict[str, tuple[object, ...]]
_FINGERPRINT = "SELECT count(*), bit_xor(hash(t))"


def answers_of_the_file(root: Path) -> Answers:
    """Return what `warehouse.duckdb` answers, of every table a fingerprint of all its rows."""
    with open_warehouse(root) as warehouse:
        answers: Answers = {
            table.name: warehouse.execute(f"{_FINGERPRINT} FROM {table.name} AS t").fetchall()[0]
            for table in TABLES
        }
        query = "SELECT version, created_at, pipeline_version, source FROM dataset"
        return answers | {"dataset": warehouse.execute(query).fetchall()[0]}


def answers_of_the_newest(root: Path) -> Answers:
    """Return what the newest version answers from its Parquet files, as any engine reads them."""
    version = require_newest(root)
    with connect() as engine:
        answers: Answers = {
            table.name: engine.execute(
                f"{_FINGERPRINT} FROM read_parquet($files, hive_partitioning = false) AS t",
                {"files": [str(root / file.path) for file in version.files_of(table.name)]},
            ).fetchall()[0]
            for table in TABLES
        }
    facts = (version.version, version.created, version.pipeline_version, version.source)
    return answers | {"dataset": facts}


def data_of(root: Path) -> dict[str, bytes]:
    """Return every file of a root whose bytes do not depend on the clock; the rest is asked."""
    return {path: data for path, data in contents(root).items() if not path.startswith(FILE)}
