-- The stored rows of all releases, with what other releases decide of each: looked up in small
-- tables at each look, so that a new release changes no row of another.
WITH latest_rates AS (
    SELECT
        h.instance_type,
        -- Where one release states two bases for an instance type, the one of most rows.
        max_by(h.implied_usd_per_hour, (r.release_order, h.row_count)) AS usd_per_hour,
        -- How far the rate is from being known: 1 where it is known to the last digit.
        max_by(
            coalesce(h.high_usd_per_hour / h.low_usd_per_hour, 1),
            (r.release_order, h.row_count)
        ) AS rate_width
    FROM hourly_rates AS h
    JOIN releases AS r ON r.release = h.release
    GROUP BY h.instance_type
)
SELECT
    f.*,
    f.instance_types AS instance_type,
    r.release_order,
    r.minor,
    r.is_latest_patch,
    l.usd_per_hour AS latest_usd_per_hour,
    $at_latest_rate AS usd_per_1m_at_latest_rate_ours,
    w.device,
    w.instance_devices * coalesce(f.nodes, 1) AS devices,
    w.instance_neuron_cores * coalesce(f.nodes, 1) AS neuron_cores,
    $efficiency_columns
FROM $rows AS f
JOIN releases AS r ON r.release = f.release
LEFT JOIN latest_rates AS l ON l.instance_type = f.priced_instance_type
LEFT JOIN (
$hardware
) AS w
    ON w.release = f.release AND w.instance_types = f.instance_types
