-- What each benchmark ran on: devices and NeuronCores of all instances of the run.
-- A row of several instance types has them only where these agree.
CREATE VIEW run_hardware AS
SELECT
    b.benchmark_id,
    any_value(i.device) AS device,
    CASE WHEN min(i.devices) = max(i.devices)
        THEN min(i.devices) * coalesce(any_value(b.nodes), 1) END AS devices,
    CASE WHEN min(i.neuron_cores) = max(i.neuron_cores)
        THEN min(i.neuron_cores) * coalesce(any_value(b.nodes), 1) END AS neuron_cores
FROM benchmarks AS b
JOIN instances AS i
    ON i.release = b.release
    AND list_contains(b.instance_types, i.instance_type)
GROUP BY b.benchmark_id
