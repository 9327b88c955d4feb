-- What the series are called that rows of `placed` have, and that the parts do not know yet.
-- All rows of one number have the same texts, so any of them tells them.
SELECT
    f.series_number,
    f.comparison_key,
    $shared,
    $series_id AS series_id,
    $name AS name,
    false AS is_name_shared
FROM (
    SELECT $scalars, n.series_number, n.is_crowded, n.copy
    FROM (
        SELECT
            series_number,
            any_value(is_crowded) AS is_crowded,
            any_value(copy) AS copy,
            min({'release': release, 'benchmark_id': benchmark_id}) AS place
        FROM placed
        WHERE series_number NOT IN (SELECT series_number FROM $known)
        GROUP BY series_number
    ) AS n
    JOIN benchmarks AS s ON s.release = n.place.release AND s.benchmark_id = n.place.benchmark_id
) AS f
ORDER BY series_number
