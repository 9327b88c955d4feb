-- The quality flags of each row, in order.
SELECT
    benchmark_id,
    list_sort(list_distinct(list(severity || ': ' || rule))) AS flags,
    count(*) FILTER (severity = 'error') AS errors
FROM quality_flags
WHERE benchmark_id IS NOT NULL
GROUP BY benchmark_id
