-- What a chart opens: one row a series, release and figure, over every release that printed it.
CREATE VIEW history AS
WITH crowded AS (
    SELECT DISTINCT comparison_key
    FROM benchmarks
    GROUP BY comparison_key, release
    HAVING count(*) > 1
),
-- A workload is one series. One that some release prints in several rows is a series for each
-- tuning of it; copies of one tuning are told apart by their software, then by their place.
numbered AS (
    SELECT
        b.*,
        t.position,
        CASE
            WHEN c.comparison_key IS NOT NULL THEN concat_ws(', ', $tuned_texts)
        END AS tuning,
        row_number() OVER (
            PARTITION BY b.release, b.comparison_key, tuning
            ORDER BY $software, b.page, t.position, b.row
        ) AS copy
    FROM benchmark_results AS b
    JOIN published_tables AS t ON t.release = b.release AND t.table_id = b.table_id
    LEFT JOIN crowded AS c ON c.comparison_key = b.comparison_key
),
named AS (
    SELECT
        *,
        left(
            md5(concat_ws(' | ', comparison_key, tuning, CASE WHEN copy > 1 THEN copy END)), 16
        ) AS series_id,
        concat_ws(
            ', ', $identity_texts, tuning, CASE WHEN copy > 1 THEN concat('copy ', copy) END
        ) AS name
    FROM numbered
),
row_figures AS (
    SELECT
        m.release,
        m.benchmark_id,
        max(m.unit) FILTER (m.metric = $throughput) AS speed_unit,
        $figures AS figures
    FROM measurements AS m
    GROUP BY m.release, m.benchmark_id
),
-- Beside each row, its series' name, and what the release before that printed its series says.
steps AS (
    SELECT
        n.*,
        -- A name leaves out what it mostly does without.
        CASE WHEN count(DISTINCT n.series_id) OVER (PARTITION BY n.name) > 1
            THEN concat_ws(', ', n.name, n.workload, n.model_family) ELSE n.name END AS series,
        f.figures,
        f.speed_unit,
        lag(n.benchmark_id) OVER earlier AS benchmark_before,
        lag(n.measured_release) OVER earlier AS measured_before,
        lag(f.figures) OVER earlier AS figures_before
    FROM named AS n
    LEFT JOIN row_figures AS f ON f.release = n.release AND f.benchmark_id = n.benchmark_id
    WINDOW earlier AS (PARTITION BY n.series_id ORDER BY n.release_order)
),
told AS (
    SELECT
        *,
        CASE
            -- Of the oldest release nothing is known but what it says itself.
            WHEN benchmark_before IS NULL
                AND release_order = (SELECT min(release_order) FROM releases)
                AND NOT starts_with(coalesce(measured_release, ''), concat(minor, '.'))
                THEN 'carried-over'
            WHEN benchmark_before IS NULL THEN 'first-printed'
            WHEN measured_release IS NOT DISTINCT FROM measured_before
                AND figures IS NOT DISTINCT FROM figures_before THEN 'carried-over'
            WHEN measured_release IS NOT DISTINCT FROM measured_before THEN 'revised'
            -- Another SDK is named, and not a digit differs: the row was not measured again.
            WHEN figures IS NOT DISTINCT FROM figures_before THEN 'relabelled'
            ELSE 'remeasured'
        END AS origin
    FROM steps
)
SELECT
    s.series_id,
    s.series,
    s.release,
    s.release_order,
    s.minor,
    s.is_latest_patch,
    s.measured_release,
    $dimensions,
    m.metric,
    m.statistic,
    CASE WHEN m.metric = $cost THEN $cost_unit ELSE m.unit END AS unit,
    m.value,
    m.basis,
    m.unit AS published_unit,
    s.origin,
    s.origin IN ('first-printed', 'remeasured') AS is_newly_measured,
    s.error_flags = 0 AS is_believable,
    CASE
        WHEN m.metric = $cost THEN s.usd_per_1m_at_latest_rate_ours
    END AS usd_per_1m_at_latest_rate,
    p.url,
    s.page,
    s.error_flags,
    s.warning_flags,
    s.benchmark_id,
    s.comparison_key,
    s.table_id,
    s.row
FROM told AS s
JOIN measurements AS m ON m.release = s.release AND m.benchmark_id = s.benchmark_id
JOIN pages AS p ON p.release = s.release AND p.page = s.page
