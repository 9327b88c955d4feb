-- The rows measured on two SDK releases, wherever they were published last. Each may be an SDK
-- release, a minor, whose patches stand together, newest first, or `latest`.
CREATE MACRO compare_measured(base, target, tolerance := $default_tolerance) AS TABLE
WITH compared AS (
WITH asked AS (
    SELECT 'base' AS side, ltrim(base, 'v') AS wanted
    UNION ALL
    SELECT 'target' AS side, ltrim(target, 'v') AS wanted
),
measured AS (
    SELECT
        b.*,
        r.release_order,
        -- Versions never sort as text.
        try_cast(string_split(b.measured_release, '.') AS INTEGER[]) AS measured_order,
        $tuning AS tuning
    FROM $candidates AS b
    JOIN releases AS r ON r.release = b.release
),
meant AS (
    SELECT
        a.side,
        m.*
    FROM asked AS a
    JOIN measured AS m
        ON a.wanted = m.measured_release
        OR starts_with(m.measured_release, a.wanted || '.')
        OR (
            a.wanted = 'latest'
            AND m.measured_order = (SELECT max(measured_order) FROM measured)
        )
),
-- Pages repeat a row until it is measured again; what the newest of them says counts.
newest AS MATERIALIZED (
    SELECT *
    FROM meant
    QUALIFY
        rank() OVER (
            PARTITION BY side, comparison_key, tuning
            ORDER BY measured_order DESC, release_order DESC
        ) = 1
),
-- A row whose tuned columns were corrected is twice in `newest`, as it was and as it is: the
-- same measurement, told by its figures. The newer one counts.
retold AS MATERIALIZED (
    SELECT *
    FROM newest
    QUALIFY count(DISTINCT tuning) OVER (PARTITION BY side, comparison_key, measured_release) > 1
),
retold_figures AS (
    SELECT
        benchmark_id,
        $figures AS figures
    FROM measurements AS m
    WHERE benchmark_id IN (SELECT benchmark_id FROM retold)
    GROUP BY benchmark_id
),
superseded AS (
    SELECT
        r.side,
        r.benchmark_id
    FROM retold AS r
    LEFT JOIN retold_figures AS f ON f.benchmark_id = r.benchmark_id
    QUALIFY
        r.release_order < max(r.release_order) OVER (
            PARTITION BY r.side, r.comparison_key, r.measured_release, f.figures
        )
),
chosen AS (
    SELECT 1 AS comparison, n.*
    FROM newest AS n
    ANTI JOIN superseded AS s ON s.side = n.side AND s.benchmark_id = n.benchmark_id
),
$compared
),
$judged
