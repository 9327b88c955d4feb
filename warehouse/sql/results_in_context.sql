-- The stored rows of all releases, with what other releases decide of each: looked up in small
-- tables at each look, so that a new release changes no row of another.
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
LEFT JOIN $schema.latest_rates AS l ON l.instance_type = f.priced_instance_type
LEFT JOIN $schema.hardware AS w
    ON w.release = f.release AND w.instance_types = f.instance_types
