"""Errors: what a person reads, and the exit code that each ends in."""

from __future__ import annotations

import pytest

from pipelines.errors import (
    ContractError,
    NeuronWarehouseError,
    Problem,
    SourceError,
    UsageError,
    refuse_unknown,
)
from pipelines.quality.reading.tables import unread_column

PROBLEM = Problem(unread_column.RULE, "page a, column 'T (x)'", "T (x)", "T (ms)", "edit b.py")


def test_each_kind_of_error_has_the_exit_code_of_its_contract() -> None:
    codes = [kind.exit_code for kind in (NeuronWarehouseError, UsageError, SourceError)]
    assert [*codes, ContractError.exit_code] == [1, 2, 3, 4]


def test_a_problem_says_where_what_what_else_and_what_to_do() -> None:
    assert str(PROBLEM) == (
        "page a, column 'T (x)': unread column: met 'T (x)', expected T (ms); edit b.py"
    )


def test_a_contract_error_tells_every_problem_on_a_line_of_its_own() -> None:
    error = ContractError("2.20.0", (PROBLEM, PROBLEM))
    assert str(error).splitlines() == [f"release 2.20.0, {PROBLEM}"] * 2


def test_a_value_outside_a_closed_set_is_refused_with_the_choices() -> None:
    known = iter(("inf1", "inf2"))
    with pytest.raises(UsageError) as refused:
        refuse_unknown("accelerator", "trn9", known)
    assert str(refused.value) == "unknown accelerator 'trn9' (choose from inf1, inf2)"
    refuse_unknown("accelerator", "inf2", ("inf1", "inf2"))
