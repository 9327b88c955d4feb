"""The same pages give the same bytes, wherever, whenever and by whomever they are built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.forms import FULL, only_in_full
from tests.sites import PERFORMANCE, copy_site
from tests.stress.conftest import REPOSITORY, answers_of_the_file, data_of
from warehouse.storage.data_paths import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

SURROUNDINGS = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242"},
)
# In short form, what the command does without Dagster around it, which takes half of the time.
BUILD = ("-m", "dagster_project", "build") if FULL else ("-m", "tests.stress.build")


# In short form: `versions.test_cross_release_flags` compares the bytes of builds in any order.
@only_in_full
def test_two_builds_differ_in_nothing_but_their_time(tmp_path: Path) -> None:
    site = copy_site(tmp_path / "site", "2.20.2", pages=PERFORMANCE)
    roots = [tmp_path / "here" / "data", tmp_path / "there" / "deeper" / "other"]
    builds = [
        subprocess.Popen(
            [sys.executable, *BUILD, "--source", str(site.folder), "--root", str(root)],
            cwd=REPOSITORY, env={**os.environ, **surroundings}, stdout=subprocess.DEVNULL,
        )
        for root, surroundings in zip(roots, SURROUNDINGS, strict=True)
    ]  # fmt: skip
    assert [build.wait() for build in builds] == [0, 0]
    one, other = ({**data_of(root)} for root in roots)
    for path in ("versions/000001.json", PACKAGE):
        mine, yours = (json.loads(data.pop(path)) for data in (one, other))
        assert mine.pop("created")
        assert yours.pop("created")
        assert mine == yours
    assert one == other
    assert len(one) > 10
    answers = [answers_of_the_file(root) for root in roots]
    for found in answers:
        found.pop("dataset")
    assert answers[0] == answers[1]
