"""Links to scripts, judged by a list of the repository's files."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from pipelines.errors import SourceError
from pipelines.ingest import ingest_release
from pipelines.ingest.file_lists import listed_files
from pipelines.policy import Policy
from tests.sites import memory_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calling import Call

RELEASE = "2.20.2"
SITE = memory_site(RELEASE, ("inf2-inference",))
IN_TREE = re.compile(rf"/(?:blob|tree)/v{re.escape(RELEASE)}/(.+)")


def _dead(folder: Path) -> set[str]:
    read = ingest_release(SITE, RELEASE, policy=Policy(file_lists=str(folder)))
    flags = read.tables.rows["quality_flags"]
    return {flag.observed for flag in flags if flag.rule == "dead-script"}


def test_a_script_that_the_list_lacks_is_flagged_and_no_other(tmp_path: Path) -> None:
    rows = ingest_release(SITE, RELEASE).tables.rows["benchmarks"]
    paths = {m[1]: a for row in rows for a in row.scripts if (m := IN_TREE.search(a))}
    assert len(paths) > 1
    gone, *kept = sorted(paths)
    (tmp_path / f"v{RELEASE}.txt").write_text("\n".join([*kept, "more/README.md"]) + "\n", "utf-8")
    assert _dead(tmp_path) == {paths[gone]}


def test_without_a_list_of_its_release_no_script_is_judged(tmp_path: Path) -> None:
    (tmp_path / "v2.20.1.txt").write_text("README.md\n", "utf-8")
    assert _dead(tmp_path) == set()
    (tmp_path / f"v{RELEASE}.txt").write_text("\n", "utf-8")
    assert _dead(tmp_path) == set()


def test_a_list_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / f"v{RELEASE}.txt"
    path.write_bytes(b"\xff")
    with pytest.raises(SourceError, match="git ls-tree"):
        listed_files(str(tmp_path), RELEASE)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SourceError, match="not a regular file"):
        listed_files(str(tmp_path), RELEASE)


def test_a_folder_that_is_none_is_wrong_usage(call: Call, tmp_path: Path) -> None:
    done = call("build", "--root", str(tmp_path / "data"), "--file-lists", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "--file-lists must be a folder" in done.stderr
