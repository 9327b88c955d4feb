"""Which print of a measurement counts where rows are compared by the SDK they were measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.warehouse.comparison.answers import told
from tests.warehouse.comparison.made import NEW, OLD, World, a_row, fill
from tests.warehouse.comparison.oracle import Oracle
from tests.warehouse.comparison.test_pairing import speed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        # The newest page counts, and all copies on it.
        (((OLD, 1, "10"), (OLD, 1, "10"), (NEW, 1, "20"), (NEW, 1, "20")), {"2", "3"}),
        # Its tuning was corrected: the same figures are one measurement.
        (((OLD, 1, "10"), (NEW, 2, "10")), {"1"}),
        # Another run has other figures.
        (((OLD, 1, "10"), (NEW, 2, "20")), {"0", "1"}),
        # Both stand on one page.
        (((NEW, 1, "10"), (NEW, 2, "10")), {"0", "1"}),
        # What stands for an older copy stands for it though it was corrected itself.
        ((("2.17.0", 1, "30"), (OLD, 1, "10"), (NEW, 2, "10")), {"2"}),
    ],
)
def test_on_the_measured_axis_the_newest_print_of_a_measurement_counts(
    empty: duckdb.DuckDBPyConnection, rows: Sequence[tuple[str, int, str]], kept: set[str]
) -> None:
    releases = ("2.17.0", OLD, NEW)
    world = World(
        tuple(
            a_row(release, n, speed(text), batch_size=batch)
            for n, (release, batch, text) in enumerate(rows)
        )
    )
    fill(empty, world, *releases)
    found = told(empty, "compare_measured('2.18.0', '2.20.0')")
    assert found == Oracle(world.releases(*releases)).measured("2.18.0", "2.20.0")
    assert {row.base_id[-1] for row in found.elements() if row.base_id} == kept


@pytest.mark.parametrize(
    ("batches", "values"),
    [
        # 2.18.10 is newer than 2.18.9, whichever page prints it last.
        ((1, 1), {10.0}),
        # Two measurements are not one that was corrected, though their figures are the same.
        ((1, 2), {10.0, 20.0}),
    ],
)
def test_of_a_measured_minor_the_newest_patch_counts(
    empty: duckdb.DuckDBPyConnection, batches: tuple[int, int], values: set[float]
) -> None:
    rows = [
        a_row(release, n, speed(text), batch_size=batch, measured_release=patch)
        for n, (release, text, batch, patch) in enumerate(
            zip((OLD, NEW), ("10", "20"), batches, ("2.18.10", "2.18.9"), strict=True)
        )
    ]
    fill(empty, World(tuple(rows)), OLD, NEW)
    found = told(empty, "compare_measured('2.18', '2.20')")
    assert {row.base_value for row in found} == values
    second = a_row(NEW, 1, speed("10"), batch_size=batches[1], measured_release="2.18.9")
    fill(empty, World((rows[0], second)), OLD, NEW)
    found = told(empty, "compare_measured('2.18', '2.20')")
    assert sum(found.values()) == len(values)
