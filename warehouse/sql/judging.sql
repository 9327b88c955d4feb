-- What the two figures say of each other, and what is said of their rows: the last third of a
-- comparison. It stands outside of `compared`, so that a query of few columns pays for few: DuckDB
-- makes every column beneath a materialized CTE, and every CTE that is named twice becomes one once
-- the macro is stored, whatever its hint. So what stands here twice is spelled out twice: the rows
-- of benchmarks, at least those that were chosen, and their flags.
-- docs/reference/verdicts.md tells the rules in words; a change here is a change there.
weighed AS (
    SELECT
        f.*,
        f.is_unaltered AND f.same_measurement AND f."match" <> 'exact' AS is_corrected,
        f.is_unaltered AND f.is_evident AND NOT f.same_measurement AS is_relabelled,
        -- Where throughput counts tokens, the cost is one of tokens, whatever its header says:
        -- cost x throughput gives the instance's hourly rate, and by inference it would not.
        CASE WHEN f.metric = $cost THEN $cost_unit_of_base ELSE f.base_unit END
            AS base_compared_unit,
        CASE WHEN f.metric = $cost THEN $cost_unit_of_target ELSE f.target_unit END
            AS target_compared_unit,
        CASE WHEN f.metric IN $money THEN $base_half_step END AS base_half,
        CASE WHEN f.metric IN $money THEN $target_half_step END AS target_half,
        -- What a cost is weighed with: its row's throughput and its instance type's rate, as a range.
        $hour_of_base,
        $hour_of_target,
        CASE
            WHEN f.metric = $cost
                THEN base_low > $price_margin * target_high
                OR target_low > $price_margin * base_high
        END AS has_other_rate,
        -- Of a rate that is known to a tenth only, no split says anything.
        CASE
            WHEN f.metric = $cost
                THEN base_low * $rate_precision >= base_high
                AND target_low * $rate_precision >= target_high
        END AS has_known_rates,
        -- Dollars are rounded more coarsely than the speed that they were calculated from.
        CASE
            WHEN f.is_one_speed AND f.base_speed > 0 AND f.target_speed > 0
                THEN f.base_speed / f.target_speed
            WHEN f.base_value > 0
                THEN f.target_value / f.base_value * base_rate / target_rate
        END AS cost_by_speed
    FROM compared AS f
    LEFT JOIN hourly_rates AS br
        ON hash(br.release, br.instance_type)
        = CASE WHEN f.metric = $cost THEN f.base_priced_as END
        AND br.stated_basis IS NOT DISTINCT FROM f.base_basis
    LEFT JOIN hourly_rates AS tr
        ON hash(tr.release, tr.instance_type)
        = CASE WHEN f.metric = $cost THEN f.target_priced_as END
        AND tr.stated_basis IS NOT DISTINCT FROM f.target_basis
),
judged AS (
    SELECT
        f.*,
        f.metric IN $money AS is_money,
        f.base_value = f.target_value AS is_equal,
        -- Each to the other, so that both directions cross the tolerance together.
        f.base_value <= f.target_value * (1 + $tolerance::DOUBLE)
        AND f.target_value <= f.base_value * (1 + $tolerance::DOUBLE) AS is_within_tolerance,
        -- A metric of neither list has no direction: a change of it is no gain and no loss.
        CASE
            WHEN f.metric IN $higher_is_better THEN f.target_value > f.base_value
            WHEN f.metric IN $lower_is_better THEN f.target_value < f.base_value
        END AS is_gain,
        -- Costs are printed with few digits: one that moved by its last alone has not moved.
        -- Of sums of decimals, the last bits are noise.
        CASE
            WHEN is_money
                THEN abs(f.target_value - f.base_value) <= (base_half + target_half) * (1 + 1e-6)
            ELSE false
        END AS is_within_rounding,
        -- Pages state the basis, and can be wrong: a rate that is another one tells it as well.
        CASE
            WHEN is_money
                THEN coalesce(f.base_basis <> f.target_basis, false)
                OR coalesce(has_other_rate, false)
            ELSE false
        END AS has_other_price,
        coalesce(
            CASE
                WHEN f.metric = $cost THEN base_compared_unit = target_compared_unit
                ELSE f.base_unit = f.target_unit
            END
            -- Tokens counted otherwise make another metric; a page that does not say so does not.
            AND (is_money OR coalesce(f.base_basis = f.target_basis, true)),
            false
        ) AS has_one_unit,
        -- How long a batch takes, says nothing of how long another one takes.
        CASE
            WHEN f.has_other_batch AND NOT (is_corrected OR is_relabelled) THEN f.metric IN $times
            ELSE false
        END AS is_of_other_batch,
        has_one_unit AND NOT is_of_other_batch AND NOT f.is_doubtful AS is_comparable,
        coalesce(
            is_comparable
            AND f.base_value > 0
            AND base_rate > 0
            AND target_rate > 0
            AND has_known_rates,
            false
        ) AS is_split
    FROM weighed AS f
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
    b.benchmark_id AS base_benchmark_id,
    CASE WHEN j.target_row IS NOT NULL THEN d.benchmark_id END AS target_benchmark_id
FROM judged AS j
-- The row that describes the pair: the target's, or the base's where it has no partner.
LEFT JOIN $candidates AS d ON d.row_id = coalesce(j.target_row, j.base_row)
LEFT JOIN $candidates AS b ON b.row_id = j.base_row
LEFT JOIN $flags AS bf ON bf.benchmark_id = b.benchmark_id
LEFT JOIN $flags AS tf
    ON tf.benchmark_id = CASE WHEN j.target_row IS NOT NULL THEN d.benchmark_id END
