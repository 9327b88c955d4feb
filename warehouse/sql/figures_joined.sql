-- Both figures of a pair side by side, by joining them, which takes half the time of grouping.
SELECT
    coalesce(b.pair, t.pair) AS pair,
    coalesce(b.metric, t.metric) AS metric,
    coalesce(b.statistic, t.statistic) AS statistic,
    b.value AS base_value,
    t.value AS target_value,
    b.unit AS base_unit,
    t.unit AS target_unit,
    b.basis AS base_basis,
    t.basis AS target_basis,
    b.text AS base_text,
    t.text AS target_text
FROM base_figures AS b
FULL JOIN target_figures AS t
    ON t.pair = b.pair AND t.metric = b.metric AND t.statistic = b.statistic
