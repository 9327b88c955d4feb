-- What moved over a span of SDK releases, by what was measured: one row a figure of a series.
CREATE MACRO trends(since := NULL, until := NULL, tolerance := $default_tolerance) AS TABLE
WITH warned AS (
    SELECT release, benchmark_id, list(DISTINCT rule) AS warnings
    FROM quality_flags
    WHERE severity = 'warning' AND benchmark_id IS NOT NULL
    GROUP BY release, benchmark_id
),
-- Where only prices changed beside another SDK's name, the row was not measured again.
row_figures AS (
    SELECT
        series_id,
        release,
        sum(hash(metric, statistic, unit, value)::HUGEINT) FILTER (metric IN $metrics) AS figures,
        lag(figures) OVER (PARTITION BY series_id ORDER BY release_order) AS figures_before
    FROM history
    GROUP BY series_id, release, release_order
),
-- One SDK has one point: what was printed of it last.
points AS (
    SELECT
        h.series_id,
        h.series,
        h.metric,
        h.statistic,
        h.unit,
        h.basis,
        CASE WHEN h.metric IN $times THEN h.batch_size END AS batch_size,
        h.optimized_for,
        h.measured_release,
        string_split(h.measured_release, '.')::INTEGER[] AS sdk,
        max_by(h.value, h.release_order) AS value,
        max_by(h.release, h.release_order) AS release,
        max_by(h.benchmark_id, h.release_order) AS benchmark_id,
        max_by(coalesce(w.warnings, []), h.release_order) AS warnings
    FROM history AS h
    JOIN row_figures AS f ON f.series_id = h.series_id AND f.release = h.release
    LEFT JOIN warned AS w ON w.release = h.release AND w.benchmark_id = h.benchmark_id
    WHERE h.metric IN $metrics
        AND h.measured_release IS NOT NULL
        AND h.is_believable
        AND h.benchmark_id NOT IN ($doubtful)
        AND h.origin NOT IN ('carried-over', 'relabelled')
        AND NOT (h.origin = 'remeasured' AND f.figures IS NOT DISTINCT FROM f.figures_before)
    GROUP BY ALL
),
measured AS (
    SELECT
        series_id, series, metric, statistic, unit, basis, batch_size, optimized_for,
        list(measured_release ORDER BY sdk) AS measured,
        list(value ORDER BY sdk) AS figures,
        list(release ORDER BY sdk) AS releases,
        list(benchmark_id ORDER BY sdk) AS benchmark_ids,
        list(warnings ORDER BY sdk) AS warnings
    FROM points
    -- A minor holds all of its patches: `2.16` is compared with the first two numbers alone.
    WHERE (since IS NULL OR sdk[1:len(string_split(since, '.'))]
            >= string_split(since, '.')::INTEGER[])
        AND (until IS NULL OR sdk[1:len(string_split(until, '.'))]
            <= string_split(until, '.')::INTEGER[])
    GROUP BY ALL
    HAVING count(*) > 1 AND min(value) > 0
),
-- Many rows are printed in both tabs of a page: one measurement, one row.
numbered AS (
    SELECT
        *,
        row_number() OVER one AS place,
        list(coalesce(optimized_for, 'no tab')) OVER (
            one ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS other_tabs
    FROM measured
    WINDOW one AS (
        PARTITION BY
            replace(series, concat(', optimized for ', optimized_for), ''),
            metric, statistic, unit, basis, batch_size, measured, figures
        ORDER BY series, series_id
    )
),
moved AS (
    SELECT
        *,
        figures[-1] / figures[1] - 1 AS change,
        ln(1 + tolerance) AS least,
        ln(figures[-1] / figures[1]) AS whole,
        -- Upwards on the whole.
        list_transform(
            range(1, len(figures)),
            lambda n: ln(figures[n + 1] / figures[n]) * sign(ln(figures[-1] / figures[1]))
        ) AS changes
    FROM numbered
    WHERE place = 1
),
judged AS (
    SELECT
        *,
        CASE
            WHEN abs(whole) <= least THEN 'unchanged'
            WHEN (change > 0) = (metric IN $higher) THEN 'improved'
            ELSE 'regressed'
        END AS verdict,
        CASE
            WHEN ln(list_max(figures) / list_min(figures)) <= least THEN 'level'
            WHEN len(figures) < $least_points THEN 'unshaped'
            WHEN abs(whole) <= least THEN 'returned'
            WHEN list_sum(list_transform(changes, lambda one: abs(one))) - list_max(changes)
                <= $beside_a_step * list_max(changes) THEN 'step'
            WHEN len(list_filter(changes, lambda one: one > least / $least_changes))
                >= $least_changes
                AND list_max(changes) <= $of_a_drift * abs(whole)
                AND coalesce(-list_sum(list_filter(changes, lambda one: one < 0)), 0)
                <= $back * abs(whole) THEN 'drift'
            ELSE 'uneven'
        END AS shape
    FROM moved
)
SELECT
    verdict,
    shape,
    change,
    series_id,
    series,
    metric,
    statistic,
    unit,
    basis,
    batch_size,
    measured[1] AS first_measured,
    measured[-1] AS last_measured,
    figures[1] AS first_value,
    figures[-1] AS last_value,
    CASE WHEN shape = 'step' THEN measured[list_position(changes, list_max(changes))] END
        AS step_from,
    CASE WHEN shape = 'step' THEN measured[list_position(changes, list_max(changes)) + 1] END
        AS step_to,
    measured,
    figures,
    list_sort(list_distinct(list_concat(warnings[1], warnings[-1]))) AS warnings,
    coalesce(other_tabs, []) AS other_tabs,
    releases,
    benchmark_ids
FROM judged
ORDER BY len(list_concat(warnings[1], warnings[-1])) > 0, abs(whole) DESC, series, metric,
    statistic, series_id
