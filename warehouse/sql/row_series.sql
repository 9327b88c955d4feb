-- The series of every row, and where its figures come from: what the history of all releases says.
-- warehouse/database/changed_series.py works out the same for what one release changed.
WITH names AS (
$names
),
row_figures AS (
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
        min(n.series_id) OVER named <> max(n.series_id) OVER named AS is_name_shared,
        f.figures,
        lag(n.benchmark_id) OVER earlier AS benchmark_before,
        lag(n.measured_release) OVER earlier AS measured_before,
        lag(f.figures) OVER earlier AS figures_before
    FROM names AS n
    JOIN releases AS r ON r.release = n.release
    LEFT JOIN row_figures AS f ON f.release = n.release AND f.benchmark_id = n.benchmark_id
    WINDOW
        named AS (PARTITION BY n.name_number),
        earlier AS (PARTITION BY n.series_id ORDER BY r.release_order)
)
SELECT
    release,
    benchmark_id,
    is_crowded,
    copy,
    series_id,
    name_number,
    is_name_shared,
    $origin AS origin
FROM steps
