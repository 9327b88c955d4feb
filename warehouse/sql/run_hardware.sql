-- What each benchmark ran on: devices and NeuronCores of all instances of the run.
-- A row of several instance types has them only where these agree.
CREATE VIEW run_hardware AS
WITH used AS (
    SELECT DISTINCT
        b.release,
        r.release_order,
        unnest(b.instance_types) AS instance_type
    FROM benchmarks AS b
    JOIN releases AS r ON r.release = b.release
),
printed AS (
    SELECT i.*, r.release_order
    FROM instances AS i
    JOIN releases AS r ON r.release = i.release
),
-- The hardware of an instance type does not change: a release that no longer prints it means
-- what an older one printed.
known AS (
    SELECT
        u.release,
        u.instance_type,
        p.device,
        p.devices,
        p.neuron_cores
    FROM used AS u
    ASOF JOIN printed AS p
        ON p.instance_type = u.instance_type
        AND p.release_order <= u.release_order
)
SELECT
    b.benchmark_id,
    any_value(k.device) AS device,
    CASE WHEN min(k.devices) = max(k.devices)
        THEN min(k.devices) * coalesce(any_value(b.nodes), 1) END AS devices,
    CASE WHEN min(k.neuron_cores) = max(k.neuron_cores)
        THEN min(k.neuron_cores) * coalesce(any_value(b.nodes), 1) END AS neuron_cores
FROM benchmarks AS b
JOIN known AS k
    ON k.release = b.release
    AND list_contains(b.instance_types, k.instance_type)
GROUP BY b.benchmark_id
