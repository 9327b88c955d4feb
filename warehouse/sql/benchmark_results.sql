-- One row a benchmark: its dimensions, its figures side by side, what was flagged.
-- Its columns are generated: those of the dimensions from the table benchmarks, those of the figures
-- from pipelines/contract/metrics.py, one a metric, statistic and unit.
CREATE VIEW benchmark_results AS
WITH gathered AS (
    -- By release too, here and below: a query of one release then reads the figures of that one.
    SELECT
        release,
        benchmark_id,
        $gathered_columns,
        -- A page states one basis of each sort, so any of a row's figures tells it.
        max(basis) FILTER (basis IN $price_bases) AS price_basis,
        max(basis) FILTER (basis IN $token_bases) AS token_basis,
        max(value) FILTER (metric = $cost AND statistic = $typical) AS published_cost,
        max(unit) FILTER (metric = $cost AND statistic = $typical) AS published_cost_unit,
        max(unit) FILTER (metric = $throughput) AS speed_unit,
        max(value) FILTER (metric = $throughput) AS speed,
        max($half_step) FILTER (metric = $throughput) AS speed_half
    FROM measurements
    GROUP BY release, benchmark_id
),
figures AS (
    SELECT
        *,
        -- A cost is of what throughput counts, whatever its header says.
        $cost_unit AS cost_unit
    FROM gathered
),
latest_rates AS (
    SELECT
        h.instance_type,
        -- Where one release states two bases for an instance type, the one of most rows.
        max_by(h.implied_usd_per_hour, (r.release_order, h.row_count)) AS usd_per_hour,
        -- How far the rate is from being known: 1 where it is known to the last digit.
        max_by(
            coalesce(h.high_usd_per_hour / h.low_usd_per_hour, 1),
            (r.release_order, h.row_count)
        ) AS rate_width
    FROM hourly_rates AS h
    JOIN releases AS r ON r.release = h.release
    GROUP BY h.instance_type
),
flags AS (
    SELECT
        release,
        benchmark_id,
        count(*) FILTER (severity = 'error') AS error_flags,
        count(*) FILTER (severity = 'warning') AS warning_flags
    FROM quality_flags
    WHERE benchmark_id IS NOT NULL
    GROUP BY release, benchmark_id
)
SELECT
    b.release,
    r.release_order,
    r.minor,
    r.is_latest_patch,
    b.measured_release,
    t.page,
    array_to_string(t.section, ' > ') AS section,
    t.tab,
    $dimension_columns,
    $metric_columns,
    f.published_cost_unit,
    f.price_basis,
    f.token_basis,
    h.implied_usd_per_hour,
    l.usd_per_hour AS latest_usd_per_hour,
    $at_latest_rate AS usd_per_1m_at_latest_rate_ours,
    $efficiency_columns,
    coalesce(q.error_flags, 0) AS error_flags,
    coalesce(q.warning_flags, 0) AS warning_flags,
    b.benchmark_id,
    b.comparison_key,
    b.table_id,
    b.row
FROM benchmarks AS b
JOIN releases AS r ON r.release = b.release
JOIN published_tables AS t ON t.release = b.release AND t.table_id = b.table_id
LEFT JOIN figures AS f ON f.release = b.release AND f.benchmark_id = b.benchmark_id
LEFT JOIN flags AS q ON q.release = b.release AND q.benchmark_id = b.benchmark_id
-- A price belongs to one instance type; of several, the page does not say whose it is.
LEFT JOIN hourly_rates AS h
    ON h.release = b.release
    AND h.instance_type = CASE WHEN len(b.instance_types) = 1 THEN b.instance_types[1] END
    AND h.stated_basis IS NOT DISTINCT FROM f.price_basis
    AND f.published_cost IS NOT NULL
LEFT JOIN latest_rates AS l ON l.instance_type = h.instance_type
LEFT JOIN run_hardware AS w ON w.benchmark_id = b.benchmark_id
