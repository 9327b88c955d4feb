"""What the nine releases are known to hold, each a case that a naive comparison gets wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.warehouse.conftest import tree
from warehouse.comparison.dead_ends import why_empty
from warehouse.comparison.macros import macros
from warehouse.comparison.request import Comparison, Question
from warehouse.comparison.results import COLUMNS, ComparedRow, flagged, medians
from warehouse.comparison.statements import IDENTITY, TUNED, comparison_columns
from warehouse.comparison.verdicts import VERDICTS

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection


def ask(connection: DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def by_verdict(connection: DuckDBPyConnection, call: str) -> dict[str, int]:
    pairs = "count(DISTINCT (base_benchmark_id, target_benchmark_id))"
    query = f"SELECT verdict, {pairs} FROM {call} GROUP BY verdict"  # noqa: S608 - a test's
    return dict(ask(connection, query))


def test_2_18_0_revised_40_of_the_rows_that_it_shares_with_2_17_0(
    warehouse: DuckDBPyConnection,
) -> None:
    shared, revised, wider = ask(
        warehouse,
        "SELECT count(DISTINCT base_benchmark_id) FILTER (match IS NOT NULL), "
        "count(DISTINCT base_benchmark_id) FILTER (verdict = 'revised'), "
        "count(DISTINCT base_benchmark_id) FILTER (verdict IN ('improved', 'regressed')) "
        "FROM compare_releases('2.17.0', '2.18.0')",
    )[0]
    assert (shared, revised, wider) == (151, 40, 0)


@pytest.mark.parametrize("release", ["2.19", "2.19.0", "2.19.1"])
def test_nothing_was_measured_on_2_19(warehouse: DuckDBPyConnection, release: str) -> None:
    call = f"compare_measured('2.18.0', '{release}')"
    assert set(by_verdict(warehouse, call)) == {"removed"}
    asked = Comparison(warehouse, Question("2.18.0", release, axis="measured"))
    assert asked.fetch(COLUMNS) == []
    assert why_empty(asked).startswith(f"Nothing was measured on {release}")


def test_decoder_throughput_of_2_18_0_and_2_18_2_counts_other_tokens(
    warehouse: DuckDBPyConnection,
) -> None:
    found = ask(
        warehouse,
        "SELECT metric, unit, base_unit, target_unit, change, verdict, count(*) "
        "FROM compare_releases('2.18.0', '2.18.2') "
        "WHERE model_family = 'decoder' AND workload = 'inference' AND match IS NOT NULL "
        "AND metric IN ('throughput', 'cost') GROUP BY ALL ORDER BY metric",
    )
    assert found == [
        ("cost", None, "USD per 1M inferences", "USD per 1M tokens", None, "not-comparable", 2),
        ("throughput", None, "tokens/s", "output tokens/s", None, "not-comparable", 2),
    ]


def test_no_cost_is_judged_across_two_price_bases(warehouse: DuckDBPyConnection) -> None:
    found = ask(
        warehouse,
        # Costs are rounded to three digits at most: the product of both parts meets them so far.
        "SELECT accelerator, verdict, count(*), max(abs((1 + speed_change) "
        "* (1 + price_change) / (1 + change) - 1)) < 0.03, max(price_change) < -0.5 "
        "FROM compare_releases('2.19.1', '2.20.1') "
        "WHERE metric = 'cost' AND base_benchmark_id IS NOT NULL "
        "AND target_benchmark_id IS NOT NULL GROUP BY ALL ORDER BY ALL",
    )
    assert {row[1] for row in found} == {"price-basis-changed"}
    assert [row[0] for row in found] == ["inf1", "inf2", "trn1"]
    assert all(row[3] and row[4] for row in found)


def test_a_typing_error_is_told_apart_and_stays_out_of_the_median(
    warehouse: DuckDBPyConnection,
) -> None:
    asked = Comparison(warehouse, Question("2.19", "2.20"))
    rows = [ComparedRow(*values) for values in asked.fetch(COLUMNS)]
    (typed,) = (row for row in rows if row.target_value == 41.24 and row.model == "bert-base-cased")
    assert (typed.metric, typed.verdict) == ("throughput", "regressed")
    assert "error: concurrency" in typed.target_flags
    assert typed in flagged(rows)
    like = [
        row
        for row in rows
        if (row.accelerator, row.model_family, row.metric) == ("inf2", "encoder", "throughput")
        and row.remeasured
    ]
    taken = medians(rows)["inf2 encoder"]["throughput"]
    assert taken.count == sum(not row.error_flags for row in like) < len(like)


def test_2_20_adds_diffusion_transformers_and_removes_decoders(
    warehouse: DuckDBPyConnection,
) -> None:
    found = ask(
        warehouse,
        "SELECT model_family, verdict, count(DISTINCT coalesce(base_benchmark_id, "
        "target_benchmark_id)) FROM compare_releases('2.19', '2.20') WHERE model_family IN "
        "('decoder', 'diffusion-transformer') AND workload = 'inference' GROUP BY ALL ORDER BY ALL",
    )
    assert found == [("decoder", "removed", 90), ("diffusion-transformer", "added", 8)]


def test_2_20_1_brings_inf1_back_and_corrects_two_training_rows(
    warehouse: DuckDBPyConnection,
) -> None:
    call = "compare_releases('2.20.0', '2.20.1')"
    assert by_verdict(warehouse, call) == {"added": 19, "corrected": 2, "carried-over": 125}
    added = ask(
        warehouse,
        f"SELECT accelerator, workload, count(DISTINCT target_benchmark_id) FROM {call} "  # noqa: S608
        "WHERE verdict = 'added' GROUP BY ALL ORDER BY ALL",
    )
    assert added == [("inf1", "inference", 17), ("trn1", "training", 2)]
    corrected = ask(
        warehouse,
        f"SELECT model, changed, base_flags, target_flags FROM {call} "  # noqa: S608
        "WHERE verdict = 'corrected' ORDER BY model",
    )
    assert [(row[0], row[1][0]) for row in corrected] == [
        ("Llama2-13B pre-training", "dp_degree 32 → 16"),
        ("Llama2-70B pre-training", "dp_degree 8 → 4"),
    ]
    assert all(any(f.startswith("error: ") for f in row[2]) for row in corrected)
    assert not any(f.startswith("error: ") for row in corrected for f in row[3])


def test_2_20_2_changes_nothing(warehouse: DuckDBPyConnection) -> None:
    call = "compare_releases('2.20.1', '2.20.2')"
    assert by_verdict(warehouse, call) == {"carried-over": 146}


def test_2_19_fills_in_the_weight_types_of_58_decoders(warehouse: DuckDBPyConnection) -> None:
    found = ask(
        warehouse,
        "SELECT verdict, changed, count(DISTINCT base_benchmark_id) "
        "FROM compare_releases('2.18', '2.19') WHERE match = 'retuned' GROUP BY ALL",
    )
    assert found == [("corrected", ["weight_storage_data_type none → bf16"], 58)]


def test_costs_of_encoder_decoders_are_compared_as_tokens(warehouse: DuckDBPyConnection) -> None:
    found = ask(
        warehouse,
        "SELECT DISTINCT unit, base_unit, target_unit FROM compare_releases('2.19', '2.20') "
        "WHERE model_family = 'encoder-decoder' AND metric = 'cost'",
    )
    assert found == [("USD per 1M tokens", "USD per 1M inferences", "USD per 1M inferences")]


def test_a_minor_stands_for_its_latest_patch_and_latest_for_the_newest(
    warehouse: DuckDBPyConnection,
) -> None:
    columns = "SELECT DISTINCT base_release, target_release FROM"
    for base, target in (("2.19", "latest"), ("v2.19.1", "2.20"), ("2.19.1", "v2.20.2")):
        call = f"compare_releases('{base}', '{target}')"
        found = ask(warehouse, f"{columns} {call} WHERE match = 'exact'")
        assert found == [("2.19.1", "2.20.2")]
    with pytest.raises(duckdb.Error, match=r"there is no release 2\.21 in this dataset"):
        ask(warehouse, "FROM compare_releases('2.20', '2.21')")


def test_a_measured_minor_stands_for_its_patches(warehouse: DuckDBPyConnection) -> None:
    found = ask(
        warehouse,
        "SELECT base_measured_release, count(DISTINCT base_benchmark_id) "
        "FROM compare_measured('2.18', '2.20') WHERE base_release IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL",
    )
    assert [row[0] for row in found] == ["2.18.0", "2.18.1"]


def test_costs_at_one_rate_are_comparable_over_all_releases(warehouse: DuckDBPyConnection) -> None:
    found = ask(
        warehouse,
        "SELECT instance_type, count(DISTINCT latest_usd_per_hour), "
        "max(abs(usd_per_1m_at_latest_rate_ours * implied_usd_per_hour / latest_usd_per_hour "
        "/ coalesce(usd_per_1m_inferences, usd_per_1m_images, usd_per_1m_tokens, "
        "usd_per_1m_output_tokens) - 1)), "
        "count(*) FILTER (usd_per_1m_at_latest_rate_ours IS NULL) FROM benchmark_results "
        "WHERE workload = 'inference' GROUP BY ALL",
    )
    assert len(found) == 9
    assert {row[1] for row in found} == {1}
    # A tenth of the images a second says too little of the price of inf2.8xlarge.
    assert {row[0] for row in found if row[3]} == {"inf2.8xlarge"}
    assert all(row[2] is None or row[2] < 0.03 for row in found)


def test_a_cost_at_one_rate_is_that_rate_for_the_throughput(warehouse: DuckDBPyConnection) -> None:
    ((rows, apart),) = ask(
        warehouse,
        "SELECT count(*), max(abs(usd_per_1m_at_latest_rate_ours "
        "/ usd_per_1m(throughput_inferences_per_s, latest_usd_per_hour) - 1)) "
        "FROM benchmark_results WHERE throughput_inferences_per_s > 1",
    )
    assert rows
    assert apart < 1e-9


def test_with_the_rate_that_a_page_implies_every_published_cost_is_met_within_rounding(
    warehouse: DuckDBPyConnection,
) -> None:
    outside = ask(
        warehouse,
        """
        SELECT b.release, b.model, c.value, s.value
        FROM benchmarks AS b
        JOIN measurements AS c ON c.benchmark_id = b.benchmark_id AND c.metric = 'cost'
        JOIN measurements AS s ON s.benchmark_id = b.benchmark_id AND s.metric = 'throughput'
        JOIN hourly_rates AS h ON h.release = b.release AND b.instance_types = [h.instance_type]
            AND h.stated_basis IS NOT DISTINCT FROM c.basis
        WHERE NOT EXISTS (
            FROM quality_flags AS q WHERE q.benchmark_id = b.benchmark_id AND rule LIKE 'cost%'
        ) AND abs(usd_per_1m(s.value, h.implied_usd_per_hour) - c.value) > (1 + 1e-6) * (
            0.5 * pow(10, -len(split_part(c.text, '.', 2)))
            + c.value * 0.5 * pow(10, -len(split_part(s.text, '.', 2))) / s.value
        )
        """,
    )
    assert outside == []


def test_the_columns_are_those_that_are_documented(warehouse: DuckDBPyConnection) -> None:
    names = [column.name for column in comparison_columns()]
    for call in ("compare_releases('2.19', '2.20')", "compare_measured('2.17', '2.18')"):
        assert [row[0] for row in ask(warehouse, f"DESCRIBE FROM {call}")] == names
    assert {
        row[0] for row in ask(warehouse, "SELECT DISTINCT verdict FROM release_changes")
    } <= set(VERDICTS)


def test_macros_are_described_and_work_wherever_the_file_is(
    bundled_root: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere.duckdb"
    moved.write_bytes((bundled_root / "warehouse.duckdb").read_bytes())
    before = tree(tmp_path)
    with duckdb.connect(str(moved), read_only=True) as connection:
        ((count,),) = ask(connection, "SELECT count(*) FROM compare_releases('2.19', '2.20')")
        comments = dict(ask(connection, "SELECT function_name, comment FROM duckdb_functions()"))
        assert all(comments[macro.name] == macro.description for macro in macros())
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{moved}' AS mine (READ_ONLY)")
        assert ask(connection, "SELECT count(*) > 1000 FROM mine.release_changes") == [(True,)]
        # A macro finds its tables in the database in use.
        connection.execute("USE mine")
        call = "compare_releases('2.19', '2.20')"
        assert ask(connection, f"SELECT count(*) FROM {call}") == [(count,)]  # noqa: S608
    assert tree(tmp_path) == before


def test_sql_reads_what_a_minor_stands_for_from_the_table_of_releases(
    nine: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "edited.duckdb"
    copy.write_bytes((nine / "warehouse.duckdb").read_bytes())
    copy.chmod(0o644)
    meant = "SELECT DISTINCT base_release FROM compare_releases('2.18', '2.20.0')"
    with duckdb.connect(str(copy)) as connection:
        assert set(ask(connection, meant)) == {("2.18.2",), (None,)}
        connection.execute(
            "UPDATE releases SET is_latest_patch = (release = '2.18.1') WHERE minor = '2.18'"
        )
        assert set(ask(connection, meant)) == {("2.18.1",), (None,)}


def test_the_identity_is_that_of_the_comparison_key() -> None:
    key = (
        "accelerator workload model_family optimized_for application_type model model_details task"
    )
    key += " instance_types sequence_length input_length output_length image_size run_mode nodes"
    assert " ".join(IDENTITY) == key
    assert not set(TUNED) & set(IDENTITY)
