-- What the two figures say of each other, and what is said of their rows: the last third of a
-- comparison. It stands outside of `compared`, so that a query of few columns pays for few: DuckDB
-- makes every column beneath a materialized CTE, and every CTE that is named twice becomes one once
-- the macro is stored, whatever its hint. So what stands here twice is spelled out twice: the rows
-- of benchmarks, at least those that were chosen, and their flags.
-- docs/reference/verdicts.md tells the rules in words; a change here is a change there.
judged AS (
    SELECT
        f.*,
        f.metric IN $money AS is_money,
        f.base_value = f.target_value AS is_equal,
        -- Of the larger to the smaller, so that both directions cross the tolerance together.
        greatest(f.base_value, f.target_value)
        <= least(f.base_value, f.target_value) * (1 + $tolerance::DOUBLE) AS is_within_tolerance,
        -- A metric of neither list has no direction: a change of it is no gain and no loss.
        CASE
            WHEN f.metric IN $higher_is_better THEN f.target_value > f.base_value
            WHEN f.metric IN $lower_is_better THEN f.target_value < f.base_value
        END AS is_gain,
        -- Costs are printed with few digits: one that moved by its last alone has not moved.
        -- Of sums of decimals, the last bits are noise.
        is_money
        AND abs(f.target_value - f.base_value) <= (f.base_half + f.target_half) * (1 + 1e-6)
            AS is_within_rounding,
        -- Pages state the basis, and can be wrong: a rate that is another one tells it as well.
        is_money
        AND (
            coalesce(f.base_basis <> f.target_basis, false)
            OR coalesce(f.has_other_rate, false)
        ) AS has_other_price,
        coalesce(
            f.base_compared_unit = f.target_compared_unit
            -- Tokens counted otherwise make another metric; a page that does not say so does not.
            AND (is_money OR coalesce(f.base_basis = f.target_basis, true)),
            false
        ) AS has_one_unit,
        -- How long a batch takes, says nothing of how long another one takes.
        f.metric IN $times AND f.has_other_batch AND NOT (f.is_corrected OR f.is_relabelled)
            AS is_of_other_batch,
        has_one_unit AND NOT is_of_other_batch AND NOT f.is_doubtful AS is_comparable,
        coalesce(
            is_comparable
            AND f.base_value > 0
            AND f.base_rate > 0
            AND f.target_rate > 0
            AND f.has_known_rates,
            false
        ) AS is_split
    FROM compared AS f
)

SELECT
    d.comparison_key,
    b.release AS base_release,
    CASE WHEN j.target_row IS NOT NULL THEN d.release END AS target_release,
    b.measured_release AS base_measured_release,
    CASE WHEN j.target_row IS NOT NULL THEN d.measured_release END AS target_measured_release,
    $dimension_names,
    j.metric,
    j.statistic,
    CASE
        WHEN j.base_compared_unit IS NULL THEN j.target_compared_unit
        WHEN j.target_compared_unit IS NULL OR j.has_one_unit THEN j.base_compared_unit
    END AS unit,
    j.base_value,
    j.target_value,
    CASE
        WHEN j.is_comparable AND j.base_value <> 0 THEN j.target_value / j.base_value - 1
    END AS change,
    CASE
        WHEN j.is_comparable
            AND NOT j.is_equal
            AND NOT j.has_other_price
            AND NOT j.is_within_rounding
            THEN j.is_gain
    END AS better,
    j."match",
    CASE
        WHEN j.base_row IS NULL OR j.target_row IS NULL THEN []::VARCHAR[]
        ELSE list_filter(
            [
                $changed
            ],
            lambda told: told IS NOT NULL
        )
    END AS changed,
    -- The first rule that holds decides.
    CASE
        WHEN j."match" = 'ambiguous' THEN 'not-comparable'
        WHEN j.target_row IS NULL THEN 'removed'
        WHEN j.base_row IS NULL THEN 'added'
        WHEN NOT j.is_comparable THEN 'not-comparable'
        WHEN j.is_corrected THEN 'corrected'
        WHEN j.is_relabelled THEN 'relabelled'
        WHEN j.same_measurement AND j.is_equal THEN 'carried-over'
        WHEN j.has_other_price THEN 'price-basis-changed'
        WHEN j.same_measurement THEN 'revised'
        WHEN j.is_equal OR j.is_within_tolerance OR j.is_within_rounding THEN 'unchanged'
        WHEN j.is_gain IS NULL THEN 'not-comparable'
        WHEN j.is_gain THEN 'improved'
        ELSE 'regressed'
    END AS verdict,
    j.base_row IS NOT NULL
    AND j.target_row IS NOT NULL
    AND coalesce(b.measured_release <> d.measured_release, false)
    AND NOT j.is_relabelled AS remeasured,
    CASE WHEN j.is_split THEN j.base_rate END AS base_usd_per_hour,
    CASE WHEN j.is_split THEN j.target_rate END AS target_usd_per_hour,
    CASE WHEN j.is_split THEN j.base_value * j.cost_by_speed END AS target_value_at_base_rate,
    CASE WHEN j.is_split THEN j.cost_by_speed - 1 END AS speed_change,
    CASE WHEN j.is_split THEN j.target_rate / j.base_rate - 1 END AS price_change,
    j.base_unit,
    j.target_unit,
    j.base_basis,
    j.target_basis,
    coalesce(bf.flags, []::VARCHAR[]) AS base_flags,
    coalesce(tf.flags, []::VARCHAR[]) AS target_flags,
    coalesce(bf.errors, 0) + coalesce(tf.errors, 0) AS error_flags,
    j.base_id AS base_benchmark_id,
    j.target_id AS target_benchmark_id
FROM judged AS j
LEFT JOIN $flags AS bf ON bf.benchmark_id = j.base_id
LEFT JOIN $flags AS tf ON tf.benchmark_id = j.target_id
-- The row that describes the pair: the target's, or the base's where it has no partner.
LEFT JOIN $candidates AS d ON d.row_id = coalesce(j.target_row, j.base_row)
LEFT JOIN $candidates AS b ON b.row_id = j.base_row

