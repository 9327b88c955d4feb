-- The lists of instance types of a release's rows, as results spell them, one row a type.
SELECT DISTINCT
    release,
    array_to_string(instance_types, ', ') AS instance_types,
    unnest(instance_types) AS instance_type
FROM benchmarks
WHERE $chosen
