-- Where the figures of every row come from: what the history of all releases says.
-- warehouse/sql/changed_series.sql works out the same for what one release changed. The query of
-- names has all rows with their series_id; columns that it has beside it are kept.
WITH row_figures AS (
    SELECT
        m.release,
        m.benchmark_id,
        $figures AS figures
    FROM measurements AS m
    GROUP BY m.release, m.benchmark_id
),
-- Beside each row, what the release before that printed its series says.
steps AS (
    SELECT
        n.*,
        r.release_order,
        r.minor,
        f.figures,
        lag(n.benchmark_id) OVER earlier AS benchmark_before,
        lag(n.measured_release) OVER earlier AS measured_before,
        lag(f.figures) OVER earlier AS figures_before
    FROM (
$names
) AS n
    JOIN releases AS r ON r.release = n.release
    LEFT JOIN row_figures AS f ON f.release = n.release AND f.benchmark_id = n.benchmark_id
    WINDOW earlier AS (PARTITION BY n.series_id ORDER BY r.release_order)
)
SELECT
    release,
    benchmark_id,
    $kept,
    $origin AS origin
FROM steps
