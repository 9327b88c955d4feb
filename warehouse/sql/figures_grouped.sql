-- Both figures of a pair side by side, by grouping them: for LATERAL, which knows no FULL JOIN.
SELECT
    pair,
    metric,
    statistic,
    any_value(value) FILTER (side = 'base') AS base_value,
    any_value(value) FILTER (side = 'target') AS target_value,
    any_value(unit) FILTER (side = 'base') AS base_unit,
    any_value(unit) FILTER (side = 'target') AS target_unit,
    any_value(basis) FILTER (side = 'base') AS base_basis,
    any_value(basis) FILTER (side = 'target') AS target_basis,
    any_value(text) FILTER (side = 'base') AS base_text,
    any_value(text) FILTER (side = 'target') AS target_text
FROM (
    SELECT 'base' AS side, *
    FROM base_figures
    UNION ALL
    SELECT 'target' AS side, *
    FROM target_figures
)
GROUP BY pair, metric, statistic
