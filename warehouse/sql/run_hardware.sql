-- What each benchmark ran on: devices and NeuronCores of all instances of the run.
-- A row of several instance types has them only where these agree.
CREATE VIEW run_hardware AS
SELECT
    f.benchmark_id,
    w.device,
    w.instance_devices * coalesce(f.nodes, 1) AS devices,
    w.instance_neuron_cores * coalesce(f.nodes, 1) AS neuron_cores
FROM $schema.keyed_results AS f
JOIN $schema.hardware AS w
    ON w.release = f.release AND w.instance_types = f.instance_types
