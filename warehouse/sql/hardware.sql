-- What one instance of each list of instance types of a release has. A list has only that in which
-- its types agree.
WITH used AS (
    SELECT u.*, r.release_order
    FROM $schema.instance_lists AS u
    JOIN releases AS r ON r.release = u.release
),
printed AS (
    SELECT i.*, r.release_order
    FROM instances AS i
    JOIN releases AS r ON r.release = i.release
)
-- The hardware of an instance type does not change: a release that no longer prints it means
-- what an older one printed.
SELECT
    u.release,
    u.instance_types,
    min(p.device) AS device,
    CASE WHEN min(p.devices) = max(p.devices) THEN min(p.devices) END AS instance_devices,
    CASE WHEN min(p.neuron_cores) = max(p.neuron_cores) THEN min(p.neuron_cores) END
        AS instance_neuron_cores
FROM used AS u
ASOF JOIN printed AS p
    ON p.instance_type = u.instance_type
    AND p.release_order <= u.release_order
GROUP BY u.release, u.instance_types
