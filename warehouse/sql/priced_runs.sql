-- Every published way to run a model that can be priced: of each series the newest row that is
-- believed, at one price for each instance type. What is believed, what a cost counts and how it
-- follows from a price, is decided here, for the command advise and for the page's frontier.
CREATE VIEW priced_runs AS
WITH speeds AS (
    SELECT
        h.series_id,
        h.series,
        h.release,
        h.benchmark_id,
        h.url,
        u.factor * h.value AS throughput,
        -- A cost counts what its throughput counts, whatever its header says.
        CASE WHEN u.takes_basis AND h.basis IS NOT NULL
            THEN concat(h.basis, ' ', u.thing) ELSE u.thing END AS counted
    FROM history AS h
    JOIN (VALUES $rates) AS u (unit, thing, factor, takes_basis) ON u.unit = h.unit
    WHERE h.metric = $throughput
        AND h.statistic = $typical
        AND h.value > 0
        AND h.is_believable
        -- Figures in another unit than their header's would be costs of something else.
        AND h.benchmark_id NOT IN ($doubtful)
    QUALIFY row_number() OVER (PARTITION BY h.series_id ORDER BY h.release_order DESC) = 1
),
published AS (
    SELECT
        release,
        benchmark_id,
        any_value(value) FILTER (metric = $cost) AS cost,
        bool_and($is_precise) FILTER (metric = $throughput) AS is_precise
    FROM measurements
    WHERE metric IN ($cost, $throughput) AND statistic = $typical
    GROUP BY release, benchmark_id
)
SELECT
    s.series_id,
    s.series,
    b.release,
    b.release_order,
    b.measured_release,
    $dimensions,
    s.throughput,
    s.counted,
    $times,
    p.cost AS published_usd_per_1m,
    b.price_basis,
    b.implied_usd_per_hour,
    b.latest_usd_per_hour,
    -- A rate that is known too poorly to calculate with is still the one behind its own costs.
    coalesce(
        b.usd_per_1m_at_latest_rate_ours,
        CASE WHEN b.implied_usd_per_hour = b.latest_usd_per_hour THEN p.cost END
    ) AS usd_per_1m,
    coalesce(
        b.usd_per_1m_at_latest_rate_ours / b.latest_usd_per_hour,
        CASE WHEN p.is_precise THEN $at_one_usd END
    ) AS hours_per_1m,
    b.warning_flags,
    s.url,
    b.page,
    b.table_id,
    b.row,
    b.benchmark_id,
    b.comparison_key
FROM speeds AS s
JOIN benchmark_results AS b ON b.release = s.release AND b.benchmark_id = s.benchmark_id
JOIN published AS p ON p.release = s.release AND p.benchmark_id = s.benchmark_id
-- A price is one of one instance of one type.
WHERE b.workload = 'inference'
    AND contains(b.instance_types, ', ') = false
    AND coalesce(b.nodes, 1) = 1
