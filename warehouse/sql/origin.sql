CASE
        -- Of the oldest release nothing is known but what it says itself.
        WHEN benchmark_before IS NULL
            AND release_order = (SELECT min(release_order) FROM releases)
            AND NOT starts_with(coalesce(measured_release, ''), concat(minor, '.'))
            THEN 'carried-over'
        WHEN benchmark_before IS NULL THEN 'first-printed'
        WHEN measured_release IS NOT DISTINCT FROM measured_before
            AND figures IS NOT DISTINCT FROM figures_before THEN 'carried-over'
        WHEN measured_release IS NOT DISTINCT FROM measured_before THEN 'revised'
        -- Another SDK is named, and not a digit differs: the row was not measured again.
        WHEN figures IS NOT DISTINCT FROM figures_before THEN 'relabelled'
        ELSE 'remeasured'
    END
