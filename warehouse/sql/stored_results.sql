-- Wide rows as they are stored: what many rows have alike is a number, and in another table.
SELECT
    w.* EXCLUDE ($shared),
    n.series_number,
    n.kinds_number,
    n.figure_values,
    n.origin
FROM $rows AS w
-- The narrow rows are joined first: a join with wide ones is stored by DuckDB with all their columns.
JOIN (
    SELECT
        s.release,
        s.benchmark_id,
        s.series_number,
        s.origin,
        k.kinds_number,
        g.figure_values
    FROM $series AS s
    LEFT JOIN $figures AS g ON g.release = s.release AND g.benchmark_id = s.benchmark_id
    LEFT JOIN $kinds AS k ON k.kinds = g.kinds
) AS n ON n.release = w.release AND n.benchmark_id = w.benchmark_id
-- Rows of one kind together: then columns that a kind lacks take no room.
ORDER BY w.release, n.kinds_number
