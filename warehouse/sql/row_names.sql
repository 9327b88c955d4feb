-- Which series each row belongs to, and the number of the series' name.
-- A workload is one series. One that some release prints in several rows is a series for each
-- tuning of it; copies of one tuning are told apart by their software, then by their place.
SELECT
    f.release,
    f.benchmark_id,
    f.is_crowded,
    f.copy,
    $series_id AS series_id,
    $name_number AS name_number,
    f.measured_release
FROM (
    SELECT
        b.*,
        c.comparison_key IS NOT NULL AS is_crowded,
        row_number() OVER (
            PARTITION BY
                b.release, b.comparison_key, CASE WHEN is_crowded THEN $tuning END
            ORDER BY $software, t.page, t.position, b.row
        ) AS copy
    FROM (SELECT $scalars FROM benchmarks AS s WHERE $chosen) AS b
    JOIN (FROM published_tables WHERE $chosen) AS t
        ON t.release = b.release AND t.table_id = b.table_id
    LEFT JOIN (SELECT DISTINCT comparison_key FROM $schema.repeated_keys) AS c
        ON c.comparison_key = b.comparison_key
) AS f
