-- Wide rows as they are stored: what many rows have alike is a number, and in another table.
SELECT
    w.* EXCLUDE (comparison_key),
    s.series_number,
    k.kinds_number,
    g.figure_values,
    s.origin
FROM $rows AS w
JOIN $series AS s ON s.release = w.release AND s.benchmark_id = w.benchmark_id
LEFT JOIN $figures AS g ON g.release = w.release AND g.benchmark_id = w.benchmark_id
LEFT JOIN $kinds AS k ON k.kinds = g.kinds
