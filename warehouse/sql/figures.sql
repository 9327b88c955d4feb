-- The figures of each pair side by side, with the rates behind costs: the second third of a
-- comparison. It goes on from `pairs` of pairing.sql and ends `compared`; judging.sql goes on.
base_figures AS (
    SELECT p.pair, m.metric, m.statistic, m.value, m.unit, m.basis, m.text
    FROM (FROM measurements WHERE release IN (SELECT release FROM keyed WHERE side = 'base')) AS m
    JOIN pairs AS p ON p.base_release = m.release AND p.base_id = m.benchmark_id
),
target_figures AS (
    SELECT p.pair, m.metric, m.statistic, m.value, m.unit, m.basis, m.text
    FROM (FROM measurements WHERE release IN (SELECT release FROM keyed WHERE side = 'target')) AS m
    JOIN pairs AS p ON p.target_release = m.release AND p.target_id = m.benchmark_id
),
-- Whatever the unit: units that differ are told as not comparable, not as two figures.
figures AS MATERIALIZED (
$side_by_side
),
-- Pairs whose columns were written otherwise: of the identity, of the tuning, or the SDK.
rewritten AS (
    SELECT pair
    FROM pairs
    WHERE base_row IS NOT NULL
        AND target_row IS NOT NULL
        AND ("match" <> 'exact' OR NOT same_measurement)
),
-- What all figures of such a pair say together: whether they are the same numbers, and how much
-- that proves. Many rows print the same two short figures by chance.
together AS (
    SELECT
        f.pair,
        bool_and(f.base_value IS NOT DISTINCT FROM f.target_value) AS is_unaltered,
        count(*) >= $least_figures
        OR count(*) FILTER (
            -- One figure that differs decides already, and its digits need not be counted.
            CASE
                WHEN f.base_value = f.target_value
                    THEN least(
                        len(ltrim(regexp_replace(f.base_text, '[^0-9]', '', 'g'), '0')),
                        len(ltrim(regexp_replace(f.target_text, '[^0-9]', '', 'g'), '0'))
                    )
            END >= $many_digits
        ) >= $least_long_figures
            AS is_evident
    FROM figures AS f
    JOIN rewritten AS r ON r.pair = f.pair
    GROUP BY f.pair
),
-- How fast the rows of costs were: both sides of a pair in one row, as for all figures.
speeds AS (
    SELECT
        pair,
        base_value,
        target_value,
        base_unit,
        target_unit,
        $base_half_step AS base_speed_half,
        $target_half_step AS target_speed_half,
        -- Tokens counted otherwise are another speed; a page that does not say so has one.
        base_unit = target_unit AND coalesce(base_basis = target_basis, true) AS is_one_metric
    FROM figures
    WHERE metric = $throughput
),
-- What a cost is weighed with: its row's throughput and its instance type's rate. A rate is a
-- range: the instance type's, on which many rows agree, or else what the row's own figures leave.
costs AS (
    SELECT
        c.*,
        -- Where throughput counts tokens, the cost is one of tokens, whatever its header says:
        -- cost x throughput gives the instance's hourly rate, and by inference it would not.
        $cost_unit_of_base AS base_compared_unit,
        $cost_unit_of_target AS target_compared_unit,
        $base_half_step AS base_half,
        $target_half_step AS target_half,
        coalesce(
            br.low_usd_per_hour,
            greatest(c.base_value - base_half, 0)
            * greatest(s.base_value - s.base_speed_half, 0)
            * $hours
        ) AS base_low,
        coalesce(
            br.high_usd_per_hour,
            (c.base_value + base_half) * (s.base_value + s.base_speed_half) * $hours
        ) AS base_high,
        coalesce(
            tr.low_usd_per_hour,
            greatest(c.target_value - target_half, 0)
            * greatest(s.target_value - s.target_speed_half, 0)
            * $hours
        ) AS target_low,
        coalesce(
            tr.high_usd_per_hour,
            (c.target_value + target_half) * (s.target_value + s.target_speed_half) * $hours
        ) AS target_high,
        coalesce(br.implied_usd_per_hour, c.base_value * s.base_value * $hours) AS base_rate,
        coalesce(tr.implied_usd_per_hour, c.target_value * s.target_value * $hours)
            AS target_rate,
        coalesce(
            base_low > $price_margin * target_high OR target_low > $price_margin * base_high, false
        ) AS has_other_rate,
        -- Of a rate that is known to a tenth only, no split says anything.
        coalesce(
            base_low * $rate_precision >= base_high AND target_low * $rate_precision >= target_high,
            false
        ) AS has_known_rates,
        -- Dollars are rounded more coarsely than the speed that they were calculated from.
        CASE
            WHEN s.is_one_metric AND s.base_value > 0 AND s.target_value > 0
                THEN s.base_value / s.target_value
            WHEN c.base_value > 0
                THEN c.target_value / c.base_value * base_rate / target_rate
        END AS cost_by_speed
    FROM figures AS c
    LEFT JOIN pairs AS p ON p.pair = c.pair
    LEFT JOIN speeds AS s ON s.pair = c.pair
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
    SELECT
        *,
        base_unit AS base_compared_unit,
        target_unit AS target_compared_unit,
        CASE WHEN metric IN $money THEN $base_half_step END AS base_half,
        CASE WHEN metric IN $money THEN $target_half_step END AS target_half
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
    p.has_other_batch,
    p.is_doubtful,
    coalesce(t.is_unaltered, false) AND p.same_measurement AS is_corrected,
    coalesce(t.is_unaltered AND t.is_evident, false) AND NOT p.same_measurement AS is_relabelled
FROM all_figures AS f
LEFT JOIN pairs AS p ON p.pair = f.pair
LEFT JOIN together AS t ON t.pair = f.pair
