"""What costs say together with throughput and the hourly rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.ingest import ingest_release
from pipelines.sources.site import FolderSite
from tests.pipelines.quality.making import ARow, a_row, flags_of, found
from tests.sites import copy_site

if TYPE_CHECKING:
    from pathlib import Path

# Costs of inf2.xlarge at its RI-effective rate of 0.328 USD/h.
PRICED = (
    a_row(throughput="907.00", cost="$0.100"),
    a_row(throughput="51.29", cost="$1.776"),
    a_row(throughput="0.56", cost="$162.698"),
)


def in_tokens(cost: str, **changes: str) -> ARow:
    run = {"instance_types": ("inf2.24xlarge",)}
    return ARow({"throughput": "117.61", "cost": cost}, run, **{"unit": "tokens/s", **changes})


def test_costs_that_follow_from_one_rate_are_in_order() -> None:
    assert found(PRICED, "cost-rate") == []


def test_a_cost_out_by_a_few_percent_is_a_warning() -> None:
    rows = [*PRICED, a_row(throughput="100.00", cost="$1.000")]
    assert found(rows, "cost-rate") == [(3, "warning")]


def test_a_cost_at_the_on_demand_rate_among_ri_effective_ones_is_an_error() -> None:
    rows = [*PRICED, a_row(throughput="100.00", cost="$2.106")]
    assert found(rows, "cost-rate") == [(3, "error")]
    (flag,) = flags_of(rows)
    assert flag.message.endswith(
        "a cost of $2.106 at 100.00 inferences/s comes to 0.758 USD/h; inf2.xlarge costs "
        "0.328 USD/h."
    )
    assert (flag.observed, flag.expected) == ("$2.106", "$0.911")


def test_a_figure_of_one_digit_is_not_held_against_its_cost() -> None:
    assert found([*PRICED, a_row(throughput="0.07", cost="$1,400.100")], "cost-rate") == []


def test_two_rows_that_contradict_are_held_against_the_known_rate() -> None:
    rows = [PRICED[1], a_row(throughput="100.00", cost="$2.106")]
    assert found(rows, "cost-rate") == [(1, "error")]


def test_nothing_is_said_of_a_rate_that_neither_rows_nor_pages_tell() -> None:
    run = {"instance_types": ("trn9.xlarge",)}
    assert flags_of([a_row(run, throughput="100.0", cost="$1.000")])[1:] == ()
    assert found([a_row(run, throughput="100.0", cost="$1.000")], "cost-rate") == []


def test_a_rate_printed_in_the_row_itself_goes_before_all_others() -> None:
    row = a_row(throughput="100.00", cost="$2.106", hourly_rate="0.758")
    assert found([*PRICED, row], "cost-rate") == []
    row = a_row(throughput="100.00", cost="$0.911", hourly_rate="0.758")
    assert found([*PRICED, row], "cost-rate") == [(3, "error")]


def test_a_cost_of_tokens_under_a_header_of_inferences_is_told_by_its_figures() -> None:
    (flag,) = flags_of([in_tokens("$6.623")])
    assert (flag.rule, flag.severity) == ("cost-unit", "warning")
    assert (flag.observed, flag.expected) == ("USD per 1M inferences", "USD per 1M tokens")
    assert flag.message.endswith(
        "$6.623 stands under a header of USD per 1M inferences, and is what 1M tokens cost at "
        "117.61 tokens/s and 2.804 USD/h."
    )


def test_a_cost_of_tokens_that_says_so_is_in_order() -> None:
    assert flags_of([in_tokens("$6.623", cost_unit="USD per 1M tokens")]) == ()


def test_a_cost_that_really_is_per_inference_has_the_right_unit_and_is_no_error() -> None:
    row = in_tokens("$556.332")
    assert found([row], "cost-unit") == []
    assert found([row], "cost-rate") == [(0, "warning")]


@pytest.fixture
def wrong_note(tmp_path: Path) -> FolderSite:
    """Return a page whose figures are those of 0.110 USD/h and whose note says On-Demand."""
    site = copy_site(tmp_path, "2.20.1")
    site.edit("2.20.1", "inf1-inference", "RI-Effective hourly rate", "On-Demand hourly rate")
    return FolderSite(tmp_path, name="a wrong note")


def test_a_note_that_the_figures_contradict_is_an_error_on_its_page(wrong_note: FolderSite) -> None:
    flags = ingest_release(wrong_note, "2.20.1").tables.rows["quality_flags"]
    (flag,) = (flag for flag in flags if flag.rule == "stated-basis")
    assert (flag.severity, flag.page, flag.benchmark_id) == ("error", "inf1-inference", None)
    assert flag.message.startswith(
        "The notes of inf1-inference state the on-demand hourly rate, which is 0.228 USD/h"
    )
    assert "0.11 USD/h for inf1.xlarge" in flag.message
    assert not [flag for flag in flags if flag.rule == "cost-rate"]


def test_one_row_alone_does_not_contradict_a_note() -> None:
    rows = [a_row(throughput="100.00", cost="$2.106")]
    assert found(rows, "stated-basis") == []
    assert found(rows, "cost-rate") == [(0, "error")]


def test_pages_whose_notes_are_right_have_no_such_flag() -> None:
    assert found(PRICED, "stated-basis") == []


@pytest.mark.parametrize(("first", "flagged"), [("0.1", False), ("0.2", True)])
def test_coarse_rows_contradict_a_basis_only_where_each_alone_does(
    first: str,
    flagged: bool,  # noqa: FBT001
) -> None:
    # 0.1 leaves 0.4 to 1.2 USD/h, with the known 0.8 in it, and 0.2 leaves 1.2 to 2.
    run = {"instance_types": ("inf2.8xlarge",)}
    rows = [a_row(run, throughput=text, cost="$2,222.222") for text in (first, "0.2")]
    assert bool(found(rows, "stated-basis")) is flagged
