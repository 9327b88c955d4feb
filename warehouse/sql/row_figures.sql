-- The figures of each row, in the order of what is their key: what they are, and their values.
SELECT
    release,
    benchmark_id,
    list_transform(figures, lambda g: $kind) AS kinds,
    list_transform(figures, lambda g: g.value) AS figure_values
FROM (
    SELECT
        release,
        benchmark_id,
        list_sort(list($figure)) AS figures
    FROM measurements
    WHERE $chosen
    GROUP BY release, benchmark_id
)
