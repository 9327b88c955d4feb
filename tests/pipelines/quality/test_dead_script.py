"""Scripts that do not exist."""

from __future__ import annotations

import pytest

from pipelines.quality.context import view_release
from pipelines.quality.rows.dead_script import dead_script_flags, missing_from
from tests.pipelines.quality.making import RELEASE, a_row, benchmarks_of, tables_of

TREE = f"https://github.com/aws-neuron/aws-neuron-sdk/blob/v{RELEASE}"
FILES = {"src/benchmark/pytorch/bert.py", "README.md"}


@pytest.mark.parametrize(
    ("address", "dead"),
    [
        (f"{TREE}/src/benchmark/pytorch/bert.py", False),
        (f"{TREE}/src/benchmark/pytorch/bert.py#L3", False),
        (f"{TREE}/src/benchmark/pytorch/", False),
        (f"{TREE}/src", False),
        (f"{TREE}/src/benchmark/pytorch/sdxl.py", True),
        (f"{TREE}/src/benchmark/py", True),
        (TREE.replace(RELEASE, "2.19.0") + "/src/gone.py", False),
        ("https://github.com/aws-neuron/aws-neuron-samples/blob/master/gone.ipynb", False),
    ],
)
def test_a_list_of_files_judges_only_the_releases_own_tree(address: str, dead: bool) -> None:  # noqa: FBT001
    assert missing_from(RELEASE, FILES)(address) is dead


def test_each_row_with_a_dead_script_is_flagged_once() -> None:
    dead, live = f"{TREE}/gone.py", f"{TREE}/README.md"
    rows = [a_row({"scripts": (dead, live, dead)}), a_row({"scripts": (live,)}), a_row()]
    view = view_release(RELEASE, tables_of(rows), *benchmarks_of(rows))
    (flag,) = dead_script_flags(view, missing_from(RELEASE, FILES))
    assert (flag.rule, flag.severity, flag.observed) == ("dead-script", "warning", dead)
    assert flag.benchmark_id == "0"
