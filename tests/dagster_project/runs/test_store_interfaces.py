"""A build without history imports no database, and Dagster's stores work all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sites import PERFORMANCE, copy_site

if TYPE_CHECKING:
    from tests.sites import CopiedSite

pytestmark = pytest.mark.slow

DATABASES = "{'sqlalchemy', 'alembic', 'structlog'} & set(sys.modules)"
BUILD = f"""
import sys
from dagster_project.cli import main

try:
    main()
except SystemExit as ended:
    print(ended.code, sorted({DATABASES}))
"""
AFTERWARDS = f"""
import sys
import dagster as dg
import dagster_project.runs.nothing_kept

before = sorted({DATABASES})
from dagster._core.storage import runs, sql
from dagster._core.storage.event_log import EventLogStorage, SqliteEventLogStorage
from dagster._core.storage.runs.sql_run_storage import SqlRunStorage
from dagster._daemon import DagsterDaemonController

with dg.DagsterInstance.ephemeral() as instance:
    print(before, len(instance.get_runs()), issubclass(SqliteEventLogStorage, EventLogStorage))
    print(runs.SqlRunStorage is SqlRunStorage, isinstance(instance.run_storage, SqlRunStorage))
    print(sql.AlembicVersion, DagsterDaemonController.__name__)
"""


@pytest.fixture
def site(tmp_path: Path) -> CopiedSite:
    """Return the performance pages of one release."""
    return copy_site(tmp_path / "site", "2.20.2", pages=PERFORMANCE)


def _python(*arguments: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", *arguments],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


def test_a_build_without_history_imports_no_database(site: CopiedSite, tmp_path: Path) -> None:
    root = str(tmp_path / "data")
    lines = _python(BUILD, "build", "--source", str(site.folder), "--root", root)
    assert lines[-1] == "0 []"


def test_the_stores_of_dagster_are_whole_for_all_that_asks_for_more() -> None:
    assert _python(AFTERWARDS) == [
        "[] 0 True",
        "True True",
        "tuple[str | None, str | tuple[str, ...] | None] DagsterDaemonController",
    ]
