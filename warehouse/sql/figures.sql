-- The figures of each pair side by side, and what they are judged by: the second third of a
-- comparison. It goes on from `pairs` of pairing.sql and ends `compared`; judging.sql goes on.
-- A base's row has its own number as that of its pair, so that its figures need no pairs.
base_figures AS (
    SELECT k.row_id AS pair, m.metric, m.statistic, m.value, m.unit, m.basis, m.text
    FROM measurements AS m
    JOIN (FROM keyed WHERE side = 'base') AS k
        ON k.release = m.release AND k.benchmark_id = m.benchmark_id
),
target_figures AS (
    SELECT p.pair, m.metric, m.statistic, m.value, m.unit, m.basis, m.text
    FROM measurements AS m
    JOIN (
        SELECT k.release, k.benchmark_id, p.pair
        FROM keyed AS k
        LEFT JOIN pairs AS p ON p.target_row = k.row_id
        WHERE k.side = 'target'
    ) AS p
        ON p.release = m.release AND p.benchmark_id = m.benchmark_id
),
-- Whatever the unit: units that differ are told as not comparable, not as two figures.
figures AS MATERIALIZED (
$side_by_side
),
-- Pairs whose columns were written otherwise (of the identity, of the tuning, or the SDK), but whose
-- figures are all the same numbers, and whether that proves anything: many rows print the same two
-- short figures by chance.
unaltered AS (
    SELECT
        f.pair,
        count(*) >= $least_figures
        OR count(*) FILTER (
            -- One figure that differs decides already, and its digits need not be counted.
            CASE
                WHEN f.base_value = f.target_value
                    THEN least(
                        len(ltrim($digits_of_base, '0')),
                        len(ltrim($digits_of_target, '0'))
                    )
            END >= $many_digits
        ) >= $least_long_figures
            AS is_evident
    FROM figures AS f
    JOIN pairs AS p ON p.pair = f.pair
    WHERE p.is_rewritten
    GROUP BY f.pair
    HAVING bool_and(f.base_value IS NOT DISTINCT FROM f.target_value)
),
-- How fast the rows of costs were: both sides of a pair in one row, as for all figures.
speeds AS (
    SELECT
        pair,
        base_value AS base_speed,
        target_value AS target_speed,
        base_unit AS base_speed_unit,
        target_unit AS target_speed_unit,
        $base_half_step AS base_speed_half,
        $target_half_step AS target_speed_half,
        -- Tokens counted otherwise are another speed; a page that does not say so has one.
        base_unit = target_unit AND coalesce(base_basis = target_basis, true) AS is_one_speed
    FROM figures
    WHERE metric = $throughput
)
SELECT
    f.*,
    p.base_row,
    p.target_row,
    p."match",
    coalesce(p.same_measurement, false) AS same_measurement,
    coalesce(p.has_other_batch, false) AS has_other_batch,
    p.is_doubtful,
    p.base_priced_as,
    p.target_priced_as,
    u.pair IS NOT NULL AS is_unaltered,
    coalesce(u.is_evident, false) AS is_evident,
    s.* EXCLUDE (pair)
FROM figures AS f
LEFT JOIN pairs AS p ON p.pair = f.pair
LEFT JOIN unaltered AS u ON u.pair = f.pair
-- Only costs are weighed: the other figures have no key to look for, and cost next to nothing.
LEFT JOIN speeds AS s ON s.pair = CASE WHEN f.metric = $cost THEN f.pair END
