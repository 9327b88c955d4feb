-- The rows of benchmark_results as far as one release decides them: dimensions, figures, flags.
-- What other releases decide is added where the rows are looked at, in results_in_context.sql. $chosen
-- keeps the releases that are wanted; it stands in each part, so that no other rows are gathered.
-- The columns are generated: those of the dimensions from the table benchmarks, those of the figures
-- from pipelines/contract/metrics.py, one a metric, statistic and unit.
WITH gathered AS (
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
    FROM (
        SELECT m.*, p.place, p.factor
        FROM (FROM measurements WHERE $chosen) AS m
        LEFT JOIN (
            VALUES
            $places
        ) AS p (metric, statistic, unit, place, factor)
            ON p.metric = m.metric AND p.statistic = m.statistic AND p.unit = m.unit
    )
    GROUP BY release, benchmark_id
),
figures AS (
    SELECT
        *,
        -- A cost is of what throughput counts, whatever its header says.
        $cost_unit AS cost_unit
    FROM gathered
),
flags AS (
    SELECT
        release,
        benchmark_id,
        count(*) FILTER (severity = 'error') AS error_flags,
        count(*) FILTER (severity = 'warning') AS warning_flags
    FROM quality_flags
    WHERE benchmark_id IS NOT NULL AND $chosen
    GROUP BY release, benchmark_id
)
SELECT
    b.release,
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
    coalesce(q.error_flags, 0) AS error_flags,
    coalesce(q.warning_flags, 0) AS warning_flags,
    b.benchmark_id,
    b.comparison_key,
    b.table_id,
    b.row,
    h.instance_type AS priced_instance_type,
    f.published_cost,
    f.speed,
    f.speed_unit,
    $speed_is_known AS is_speed_precise,
    $rate_is_known AS is_rate_precise
FROM (FROM benchmarks WHERE $chosen) AS b
JOIN (FROM published_tables WHERE $chosen) AS t
    ON t.release = b.release AND t.table_id = b.table_id
LEFT JOIN figures AS f ON f.release = b.release AND f.benchmark_id = b.benchmark_id
LEFT JOIN flags AS q ON q.release = b.release AND q.benchmark_id = b.benchmark_id
-- A price belongs to one instance type; of several, the page does not say whose it is. All of it is
-- in one equality: a condition on the left side alone would compare every row with every rate.
LEFT JOIN (FROM hourly_rates WHERE $chosen) AS h
    ON h.release = b.release
    AND h.instance_type = CASE
        WHEN len(b.instance_types) = 1 AND f.published_cost IS NOT NULL THEN b.instance_types[1]
    END
    AND h.stated_basis IS NOT DISTINCT FROM f.price_basis
