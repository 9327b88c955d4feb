-- What a chart opens: one row a series, release and figure, over every release that printed it.
CREATE VIEW history AS
WITH named AS (
    SELECT
        f.*,
        p.url
    FROM (
$rows
) AS f
    JOIN pages AS p ON p.release = f.release AND p.page = f.page
),
told AS (
    SELECT
        *,
        -- A name leaves out what it mostly does without.
        CASE WHEN is_name_shared THEN concat_ws(', ', name, workload, model_family) ELSE name END
            AS series,
        unnest(kinds) AS figure,
        unnest(figure_values) AS value
    FROM named
)
SELECT
    s.series_id,
    s.series,
    s.release,
    s.release_order,
    s.minor,
    s.is_latest_patch,
    s.measured_release,
    $dimensions,
    s.figure.metric AS metric,
    s.figure.statistic AS statistic,
    CASE WHEN s.figure.metric = $cost THEN $cost_unit ELSE s.figure.unit END AS unit,
    s.value,
    s.figure.basis AS basis,
    s.figure.unit AS published_unit,
    s.origin,
    s.origin IN ('first-printed', 'remeasured') AS is_newly_measured,
    s.error_flags = 0 AS is_believable,
    CASE
        WHEN s.figure.metric = $cost THEN s.usd_per_1m_at_latest_rate_ours
    END AS usd_per_1m_at_latest_rate,
    s.url,
    s.page,
    s.error_flags,
    s.warning_flags,
    s.benchmark_id,
    s.comparison_key,
    s.table_id,
    s.row
FROM told AS s
