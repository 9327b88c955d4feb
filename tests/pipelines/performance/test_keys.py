"""Keys: the identity of a workload, as people read it."""

from __future__ import annotations

import pytest

from pipelines.performance.keys import comparison_key, with_family
from tests.pipelines.making import ENCODER
from tests.pipelines.performance.reading import a_table, read_tables

(ROW,) = read_tables(a_table(ENCODER)).benchmarks


def test_a_key_holds_what_is_stated_and_more_after_it() -> None:
    key = comparison_key(ROW, {"Context Length": "4096", "Tab": ""})
    assert key == f"{comparison_key(ROW, {})} | context length=4096"
    assert "image_size" not in key


@pytest.mark.parametrize("family", ["decoder", None])
def test_another_family_changes_its_part_of_the_key_alone(family: str | None) -> None:
    row = read_tables(a_table(ENCODER | {"Context Length": "4096"})).benchmarks[0]
    changed = with_family(row, family)
    assert changed.model_family == family
    part = f"model_family={family} | " if family else ""
    expected = row.comparison_key.replace("model_family=encoder | ", part)
    assert changed.comparison_key == expected
    assert with_family(changed, "encoder") == row
