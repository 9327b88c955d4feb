"""Which rows are renamed, on many made-up pairs of releases: held against the oracle.

The oracle holds each row that is gone against each row that came. The macro never does: it groups
what is alike. So names meet here in every way: spelled otherwise, several alike, in cycles.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from tests.warehouse.comparison.made import NEW, OLD, World, a_row, compared, compared_each

if TYPE_CHECKING:
    import duckdb

    from tests.warehouse.comparison.made import Row
    from tests.warehouse.comparison.oracle import Told

MODELS = (
    "vision-perceiver",
    "vision-perveriver",
    "Vision Perceiver",
    "visionperceiver",
    "perceiver-vision",
    "perceiver-perceiver",
    "perceiver-perveriver",
    "perveriver-perceiver",
    "perceiver1-io",
    "perceiver2-io",
    "perceiver-1-io",
    "perceiver-io-1",
    "percxiver1-io",
    "perceivers",
    "perceiversss",
    "erceivers",
    "é́perceivers",
)
WORLDS = 300


def test_renamed_rows_are_those_of_the_oracle(empty: duckdb.DuckDBPyConnection) -> None:
    random = Random(19)  # noqa: S311 - the same every time
    found = compared_each(empty, {number: _a_world(random) for number in range(WORLDS)})
    met = Counter(row.match for answer in found.values() for row in answer.elements())
    assert met["renamed"] > WORLDS // 4
    assert met[None] > WORLDS
    changed = {_name_of_change(row) for answer in found.values() for row in answer if row.changed}
    assert {"model", "task", "run_mode", "model_details"} <= changed


def test_a_name_that_many_rows_share_on_both_sides_pairs_none_of_them(
    empty: duckdb.DuckDBPyConnection,
) -> None:
    # A row of each side is renamed, but for the other rows that are as much like it.
    tasks = [_row(OLD, n, task=f"old {n}") for n in range(3)]
    tasks += [_row(NEW, n, task=f"new {n}") for n in range(3)]
    models = [_row(OLD, 3, model="mixtral-perceiver"), _row(NEW, 3, model="mixtral-perveriver")]
    found = compared(empty, [*tasks, *models])
    assert Counter(row.match for row in found.elements()) == {None: 6, "renamed": 1}


def _a_world(random: Random) -> World:
    """Return two releases with up to six rows each, whose names are often nearly the same."""
    models = random.sample(MODELS, random.randint(1, 6))
    return World(
        tuple(
            _row(
                side,
                number,
                model=random.choice(models),
                task=random.choice(("a", "a", "a", "b", None)),
                run_mode=random.choice(("x", "x", "x", "y", None)),
                model_details=random.choice((None,) * 5 + ("fp32",)),
                nodes=random.choice((1, 1, 1, 2)),
            )
            for side in (OLD, NEW)
            for number in range(random.randint(1, 6))
        )
    )


def _row(release: str, number: int, **changes: object) -> Row:
    # Another figure in each row, so that names alone decide.
    figure = f"{number + 1}{7 if release == OLD else 9}"
    return a_row(release, number, ("throughput", figure), **changes)


def _name_of_change(row: Told) -> str:
    return row.changed[0].partition(" ")[0]
