-- What two sets of benchmark rows say of each other, one row a pair and figure.
-- Included by compare_releases, compare_measured and release_changes, which differ only in the rows
-- that they choose: `chosen` (comparison, side, and the columns of benchmarks).
-- docs/comparing.md tells the rules in words; a change here is a change there.
keyed AS (
    SELECT
        comparison,
        side,
        benchmark_id,
        release,
        comparison_key,
        measured_release,
        accelerator,
        workload,
        model_family,
        optimized_for,
        application_type,
        $tuning AS tuning
    FROM chosen
),

-- 1. Exact: one row on each side with this key and these tuned columns. Nearly all rows are done
-- with here, so that only the others need a closer look.
agreeing AS (
    SELECT
        comparison,
        comparison_key,
        tuning,
        min(benchmark_id) FILTER (side = 'base') AS base_id,
        min(benchmark_id) FILTER (side = 'target') AS target_id
    FROM keyed
    GROUP BY comparison, comparison_key, tuning
    HAVING count(*) FILTER (side = 'base') = 1 AND count(*) FILTER (side = 'target') = 1
),
exact AS MATERIALIZED (FROM agreeing),
rest AS MATERIALIZED (
    SELECT k.*
    FROM keyed AS k
    ANTI JOIN exact AS e
        ON e.comparison = k.comparison
        AND e.comparison_key = k.comparison_key
        AND e.tuning IS NOT DISTINCT FROM k.tuning
),
-- What was printed in a row, whatever the order: the sum of its figures' hashes.
rest_figures AS (
    SELECT
        r.side,
        m.benchmark_id,
        $figures AS figures
    FROM (SELECT DISTINCT side, release, benchmark_id FROM rest) AS r
    JOIN measurements AS m ON m.release = r.release AND m.benchmark_id = r.benchmark_id
    GROUP BY r.side, m.benchmark_id
),
-- 2. Rows printed more than once: copies with the same figures are interchangeable, so that
-- pairing the first with the first is no guess. From here on rows travel in lists of ids.
copies AS (
    SELECT
        r.comparison,
        r.comparison_key,
        r.tuning,
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'base')), []) AS bases,
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'target')), []) AS targets,
        least(len(bases), len(targets)) AS twins
    FROM rest AS r
    LEFT JOIN rest_figures AS f ON f.side = r.side AND f.benchmark_id = r.benchmark_id
    GROUP BY r.comparison, r.comparison_key, r.tuning, r.measured_release, f.figures
),
-- What the copies leave alone on both sides is exact as well.
beside_copies AS (
    SELECT
        comparison,
        comparison_key,
        flatten(list(bases[twins + 1:])) AS bases_left,
        flatten(list(targets[twins + 1:])) AS targets_left,
        len(bases_left) = 1 AND len(targets_left) = 1 AS one_to_one
    FROM copies
    GROUP BY comparison, comparison_key, tuning
),
-- 3. Retuned: what is left of a key, if that is one row on each side. Several rows stay unpaired:
-- which of them became which, nothing says.
sharing_key AS (
    SELECT
        comparison,
        flatten(list(bases_left)) AS bases,
        flatten(list(targets_left)) AS targets,
        len(bases) = 1 AND len(targets) = 1 AS one_to_one,
        len(bases) = 0 OR len(targets) = 0 AS one_sided
    FROM beside_copies
    WHERE NOT one_to_one
    GROUP BY comparison, comparison_key
),
-- 4. Mended: a row gone and a row come that are the same but for their identity, such as a model's
-- name spelled anew: same figures, same SDK, same tuning, and one of each.
same_figures AS (
    SELECT
        r.comparison,
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'base')), []) AS bases,
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'target')), []) AS targets,
        len(bases) = 1
        AND len(targets) = 1
        AND f.figures IS NOT NULL
        AND r.measured_release IS NOT NULL AS one_to_one
    FROM (
        SELECT comparison, 'base' AS side, unnest(bases) AS benchmark_id
        FROM sharing_key
        WHERE one_sided
        UNION ALL
        SELECT comparison, 'target' AS side, unnest(targets) AS benchmark_id
        FROM sharing_key
        WHERE one_sided
    ) AS s
    JOIN rest AS r
        ON r.comparison = s.comparison
        AND r.side = s.side
        AND r.benchmark_id = s.benchmark_id
    LEFT JOIN rest_figures AS f ON f.side = r.side AND f.benchmark_id = r.benchmark_id
    GROUP BY
        r.comparison,
        r.accelerator,
        r.workload,
        r.model_family,
        r.optimized_for,
        r.application_type,
        r.measured_release,
        r.tuning,
        f.figures
),
-- Lists side by side are paired item by item; a row beside an empty list stays alone.
settled AS (
    SELECT comparison, 'exact' AS "match", bases[:twins] AS bases, targets[:twins] AS targets
    FROM copies
    UNION ALL
    SELECT comparison, 'exact' AS "match", bases_left AS bases, targets_left AS targets
    FROM beside_copies
    WHERE one_to_one
    UNION ALL
    SELECT comparison, 'retuned' AS "match", bases, targets FROM sharing_key WHERE one_to_one
    UNION ALL
    SELECT
        comparison,
        'ambiguous' AS "match",
        unnest([bases, []]) AS bases,
        unnest([[], targets]) AS targets
    FROM sharing_key
    WHERE NOT one_to_one AND NOT one_sided
    UNION ALL
    SELECT comparison, 'mended' AS "match", bases, targets FROM same_figures WHERE one_to_one
    UNION ALL
    SELECT
        comparison,
        NULL AS "match",
        unnest([bases, []]) AS bases,
        unnest([[], targets]) AS targets
    FROM same_figures
    WHERE NOT one_to_one
),
pairs AS (
    SELECT comparison, 'exact' AS "match", base_id, target_id
    FROM exact
    UNION ALL
    SELECT comparison, "match", unnest(bases) AS base_id, unnest(targets) AS target_id
    FROM settled
),

flags AS (
    SELECT
        benchmark_id,
        list_sort(list(DISTINCT severity || ': ' || rule)) AS flags,
        count(*) FILTER (severity = 'error') AS errors
    FROM quality_flags
    WHERE benchmark_id IS NOT NULL
    GROUP BY benchmark_id
),
described AS MATERIALIZED (
    SELECT
        row_number() OVER () AS pair,
        p."match",
        p.base_id,
        p.target_id,
        b.release AS base_release,
        t.release AS target_release,
        b.measured_release AS base_measured_release,
        t.measured_release AS target_measured_release,
        coalesce(t.comparison_key, b.comparison_key) AS comparison_key,
        $dimensions,
        -- A price belongs to one instance type; of several, the page does not say whose it is.
        CASE WHEN len(b.instance_types) = 1 THEN b.instance_types[1] END AS base_instance,
        CASE WHEN len(t.instance_types) = 1 THEN t.instance_types[1] END AS target_instance,
        CASE
            WHEN p.base_id IS NULL OR p.target_id IS NULL THEN []::VARCHAR[]
            ELSE flatten([
                $changed
            ])
        END AS changed,
        coalesce(bf.flags, []::VARCHAR[]) AS base_flags,
        coalesce(tf.flags, []::VARCHAR[]) AS target_flags,
        coalesce(bf.errors, 0) + coalesce(tf.errors, 0) AS error_flags
    FROM pairs AS p
    LEFT JOIN (FROM chosen WHERE side = 'base') AS b
        ON b.comparison = p.comparison AND b.benchmark_id = p.base_id
    LEFT JOIN (FROM chosen WHERE side = 'target') AS t
        ON t.comparison = p.comparison AND t.benchmark_id = p.target_id
    LEFT JOIN flags AS bf ON bf.benchmark_id = p.base_id
    LEFT JOIN flags AS tf ON tf.benchmark_id = p.target_id
),

base_figures AS (
    SELECT d.pair, m.metric, m.statistic, m.value, m.unit, m.basis
    FROM described AS d
    JOIN measurements AS m ON m.release = d.base_release AND m.benchmark_id = d.base_id
),
target_figures AS (
    SELECT d.pair, m.metric, m.statistic, m.value, m.unit, m.basis
    FROM described AS d
    JOIN measurements AS m ON m.release = d.target_release AND m.benchmark_id = d.target_id
),
-- Whatever the unit: units that differ are told as not comparable, not as two figures.
figures AS MATERIALIZED (
    SELECT
        coalesce(b.pair, t.pair) AS pair,
        coalesce(b.metric, t.metric) AS metric,
        coalesce(b.statistic, t.statistic) AS statistic,
        b.value AS base_value,
        t.value AS target_value,
        b.unit AS base_unit,
        t.unit AS target_unit,
        b.basis AS base_basis,
        t.basis AS target_basis
    FROM base_figures AS b
    FULL JOIN target_figures AS t
        ON t.pair = b.pair AND t.metric = b.metric AND t.statistic = b.statistic
),
-- Pairs whose columns were mended and whose figures all stand as they stood.
unaltered AS (
    SELECT f.pair
    FROM figures AS f
    SEMI JOIN (FROM described WHERE "match" IN ('retuned', 'mended')) AS d ON d.pair = f.pair
    GROUP BY f.pair
    HAVING bool_and(f.base_value IS NOT DISTINCT FROM f.target_value)
),
-- What a cost is weighed with: its row's throughput and its instance type's rate.
costs AS (
    SELECT
        c.pair,
        -- Where throughput counts tokens, the cost is one of tokens, whatever its header says:
        -- cost x throughput gives the instance's hourly rate, and by inference it would not.
        CASE s.base_unit
            WHEN 'tokens/s' THEN 'USD per 1M tokens'
            WHEN 'output tokens/s' THEN 'USD per 1M output tokens'
            ELSE c.base_unit
        END AS base_unit,
        CASE s.target_unit
            WHEN 'tokens/s' THEN 'USD per 1M tokens'
            WHEN 'output tokens/s' THEN 'USD per 1M output tokens'
            ELSE c.target_unit
        END AS target_unit,
        br.implied_usd_per_hour AS base_instance_rate,
        tr.implied_usd_per_hour AS target_instance_rate,
        -- The instance type's rate is steadier than the row's own, whose figures are rounded.
        coalesce(br.implied_usd_per_hour, c.base_value * s.base_value * 3600 / 1e6) AS base_rate,
        coalesce(tr.implied_usd_per_hour, c.target_value * s.target_value * 3600 / 1e6)
            AS target_rate
    FROM figures AS c
    JOIN described AS d ON d.pair = c.pair
    LEFT JOIN (FROM figures WHERE metric = 'throughput') AS s ON s.pair = c.pair
    LEFT JOIN hourly_rates AS br
        ON br.release = d.base_release
        AND br.instance_type = d.base_instance
        AND br.stated_basis IS NOT DISTINCT FROM c.base_basis
    LEFT JOIN hourly_rates AS tr
        ON tr.release = d.target_release
        AND tr.instance_type = d.target_instance
        AND tr.stated_basis IS NOT DISTINCT FROM c.target_basis
    WHERE c.metric = 'cost'
),
weighed AS (
    SELECT
        f.*,
        coalesce(c.base_unit, f.base_unit) AS base_compared_unit,
        coalesce(c.target_unit, f.target_unit) AS target_compared_unit,
        c.base_rate,
        c.target_rate,
        u.pair IS NOT NULL AS is_unaltered,
        f.metric IN ('cost', 'hourly_rate') AS is_money,
        f.base_value = f.target_value AS is_equal,
        -- Of the larger to the smaller, so that both directions cross the tolerance together.
        greatest(f.base_value, f.target_value)
        <= least(f.base_value, f.target_value) * (1 + $tolerance::DOUBLE) AS is_within_tolerance,
        (f.target_value > f.base_value) = (f.metric = 'throughput') AS is_gain,
        -- Pages state the basis, and can be wrong: a rate that is another one tells it as well.
        is_money
        AND (
            coalesce(f.base_basis <> f.target_basis, false)
            OR coalesce(
                greatest(c.base_instance_rate, c.target_instance_rate)
                > $price_factor * least(c.base_instance_rate, c.target_instance_rate),
                false
            )
        ) AS has_other_price,
        coalesce(
            base_compared_unit = target_compared_unit
            -- Tokens counted otherwise make another metric; a page that does not say so does not.
            AND (is_money OR coalesce(f.base_basis = f.target_basis, true)),
            false
        ) AS is_comparable,
        coalesce(
            f.metric = 'cost' AND is_comparable
            AND f.base_value > 0 AND c.base_rate > 0 AND c.target_rate > 0,
            false
        ) AS is_split
    FROM figures AS f
    LEFT JOIN costs AS c
        ON c.pair = CASE WHEN f.metric = 'cost' THEN f.pair END
    LEFT JOIN unaltered AS u ON u.pair = f.pair
)
SELECT
    d.comparison_key,
    d.base_release,
    d.target_release,
    d.base_measured_release,
    d.target_measured_release,
    $dimension_names,
    w.metric,
    w.statistic,
    CASE
        WHEN w.base_compared_unit IS NULL THEN w.target_compared_unit
        WHEN w.target_compared_unit IS NULL OR w.is_comparable THEN w.base_compared_unit
    END AS unit,
    w.base_value,
    w.target_value,
    CASE
        WHEN w.is_comparable AND w.base_value <> 0 THEN w.target_value / w.base_value - 1
    END AS change,
    CASE
        WHEN w.is_comparable AND NOT w.is_equal AND NOT w.has_other_price THEN w.is_gain
    END AS better,
    d."match",
    d.changed,
    -- The first rule that holds decides.
    CASE
        WHEN d."match" = 'ambiguous' THEN 'not-comparable'
        WHEN d.target_id IS NULL THEN 'removed'
        WHEN d.base_id IS NULL THEN 'added'
        WHEN NOT w.is_comparable THEN 'not-comparable'
        WHEN same_measurement AND w.is_equal AND w.is_unaltered THEN 'corrected'
        WHEN same_measurement AND w.is_equal THEN 'carried-over'
        WHEN w.has_other_price THEN 'price-basis-changed'
        WHEN same_measurement THEN 'revised'
        WHEN w.is_equal OR w.is_within_tolerance THEN 'unchanged'
        WHEN w.is_gain THEN 'improved'
        ELSE 'regressed'
    END AS verdict,
    d.base_id IS NOT NULL
    AND d.target_id IS NOT NULL
    AND coalesce(d.base_measured_release <> d.target_measured_release, false) AS remeasured,
    CASE WHEN w.is_split THEN w.base_rate END AS base_usd_per_hour,
    CASE WHEN w.is_split THEN w.target_rate END AS target_usd_per_hour,
    CASE
        WHEN w.is_split THEN w.target_value * w.base_rate / w.target_rate
    END AS target_value_at_base_rate,
    target_value_at_base_rate / w.base_value - 1 AS speed_change,
    CASE WHEN w.is_split THEN w.target_rate / w.base_rate - 1 END AS price_change,
    w.base_unit,
    w.target_unit,
    w.base_basis,
    w.target_basis,
    d.base_flags,
    d.target_flags,
    d.error_flags,
    d.base_id AS base_benchmark_id,
    d.target_id AS target_benchmark_id
FROM weighed AS w
JOIN (
    SELECT
        *,
        base_measured_release IS NOT DISTINCT FROM target_measured_release AS same_measurement
    FROM described
) AS d ON d.pair = w.pair
