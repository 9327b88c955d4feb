-- The columns of each row that name its series, with how it is told from rows of the same workload.
-- A workload is one series. One that some release prints in several rows is a series for each
-- tuning of it; copies of one tuning are told apart by their software, then by their place.
SELECT
    $scalars,
    c.copy IS NOT NULL AS is_crowded,
    coalesce(c.copy, 1) AS copy
FROM (FROM benchmarks WHERE $chosen) AS s
-- Few rows are crowded: numbering all of them would sort them by their longest text.
LEFT JOIN (
    SELECT
        b.release,
        b.benchmark_id,
        row_number() OVER (
            PARTITION BY b.release, b.comparison_key, $tuning
            ORDER BY $software, t.page, t.position, b.row
        ) AS copy
    FROM (SELECT $scalars FROM benchmarks AS s WHERE $chosen) AS b
    JOIN (SELECT DISTINCT comparison_key FROM $schema.repeated_keys) AS k
        ON k.comparison_key = b.comparison_key
    JOIN published_tables AS t ON t.release = b.release AND t.table_id = b.table_id
) AS c
    ON c.release = s.release AND c.benchmark_id = s.benchmark_id
