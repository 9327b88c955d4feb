-- The figures of each pair side by side, with the rates behind costs: the second third of a
-- comparison. It goes on from `pairs` of pairing.sql and ends `compared`; judging.sql goes on.
base_figures AS (
    SELECT p.pair, m.metric, m.statistic, m.value, m.unit, m.basis
    FROM measurements AS m
    JOIN pairs AS p ON p.base_release = m.release AND p.base_id = m.benchmark_id
),
target_figures AS (
    SELECT p.pair, m.metric, m.statistic, m.value, m.unit, m.basis
    FROM measurements AS m
    JOIN pairs AS p ON p.target_release = m.release AND p.target_id = m.benchmark_id
),
-- Whatever the unit: units that differ are told as not comparable, not as two figures.
figures AS MATERIALIZED (
    SELECT
        pair,
        metric,
        statistic,
        any_value(value) FILTER (side = 'base') AS base_value,
        any_value(value) FILTER (side = 'target') AS target_value,
        any_value(unit) FILTER (side = 'base') AS base_unit,
        any_value(unit) FILTER (side = 'target') AS target_unit,
        any_value(basis) FILTER (side = 'base') AS base_basis,
        any_value(basis) FILTER (side = 'target') AS target_basis
    FROM (
        SELECT 'base' AS side, *
        FROM base_figures
        UNION ALL
        SELECT 'target' AS side, *
        FROM target_figures
    )
    GROUP BY pair, metric, statistic
),
-- Pairs measured once, whose columns were written anew.
rewritten AS (
    SELECT pair
    FROM pairs
    WHERE "match" IN ('retuned', 'mended') AND same_measurement
),
-- Those of them whose figures all stand as they stood.
unaltered AS (
    SELECT r.pair
    FROM rewritten AS r
    JOIN figures AS f ON f.pair = r.pair
    GROUP BY r.pair
    HAVING bool_and(f.base_value IS NOT DISTINCT FROM f.target_value)
),
-- What a cost is weighed with: its row's throughput and its instance type's rate.
costs AS (
    SELECT
        c.*,
        -- Where throughput counts tokens, the cost is one of tokens, whatever its header says:
        -- cost x throughput gives the instance's hourly rate, and by inference it would not.
        CASE s.base_unit
            $cost_units
            ELSE c.base_unit
        END AS base_compared_unit,
        CASE s.target_unit
            $cost_units
            ELSE c.target_unit
        END AS target_compared_unit,
        greatest(br.implied_usd_per_hour, tr.implied_usd_per_hour)
        > $price_factor * least(br.implied_usd_per_hour, tr.implied_usd_per_hour)
            AS has_other_rate,
        -- The instance type's rate is steadier than the row's own, whose figures are rounded.
        coalesce(br.implied_usd_per_hour, c.base_value * s.base_value * 3600 / 1e6) AS base_rate,
        coalesce(tr.implied_usd_per_hour, c.target_value * s.target_value * 3600 / 1e6)
            AS target_rate
    FROM figures AS c
    LEFT JOIN pairs AS p ON p.pair = c.pair
    LEFT JOIN (FROM figures WHERE metric = $throughput) AS s ON s.pair = c.pair
    LEFT JOIN hourly_rates AS br
        ON br.release = p.base_release
        AND br.instance_type = p.base_instance
        AND br.stated_basis IS NOT DISTINCT FROM c.base_basis
    LEFT JOIN hourly_rates AS tr
        ON tr.release = p.target_release
        AND tr.instance_type = p.target_instance
        AND tr.stated_basis IS NOT DISTINCT FROM c.target_basis
    WHERE c.metric = $cost
),
-- Only costs are weighed, so that the other figures need not look for a rate.
all_figures AS (
    FROM costs
    UNION ALL BY NAME
    SELECT *, base_unit AS base_compared_unit, target_unit AS target_compared_unit
    FROM figures
    WHERE metric <> $cost
)
SELECT
    f.*,
    p.base_row,
    p.target_row,
    p.base_id,
    p.target_id,
    p."match",
    p.same_measurement,
    u.pair IS NOT NULL AS is_unaltered
FROM all_figures AS f
LEFT JOIN pairs AS p ON p.pair = f.pair
LEFT JOIN unaltered AS u ON u.pair = f.pair
