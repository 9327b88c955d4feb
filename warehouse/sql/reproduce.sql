-- How benchmarks were measured whose name starts with a text: one row each.
CREATE MACRO reproduce(benchmark) AS TABLE
WITH meant AS (
    SELECT DISTINCT
        b.benchmark_id,
        h.series_id,
        h.series,
        b.release,
        b.measured_release,
        b.accelerator,
        b.instance_types,
        $dimensions,
        b.attributes,
        h.url,
        h.page,
        b.table_id,
        b.row
    FROM benchmarks AS b
    JOIN history AS h ON h.release = b.release AND h.benchmark_id = b.benchmark_id
    WHERE starts_with(b.benchmark_id, lower(benchmark))
),
-- The page nearest to the measurement: the oldest release that prints it.
first_printed AS (
    SELECT
        m.benchmark_id,
        min_by(h.release, h.release_order) AS scripts_of,
        min_by(h.benchmark_id, h.release_order) AS printed_as
    FROM meant AS m
    JOIN history AS h ON h.series_id = m.series_id
        AND h.measured_release IS NOT DISTINCT FROM m.measured_release
    GROUP BY m.benchmark_id
),
dead AS (
    SELECT release, benchmark_id, list(observed) AS addresses
    FROM quality_flags
    WHERE rule = '$dead_script'
    GROUP BY release, benchmark_id
),
-- The measured SDK, or where no page lists it, the newest listed patch of its minor.
listed AS (
    SELECT
        m.benchmark_id,
        first(
            p.release
            ORDER BY p.release = m.measured_release DESC,
                string_split(p.release, '.')::INTEGER[] DESC
        ) AS listed_release
    FROM meant AS m
    JOIN (SELECT DISTINCT release FROM release_packages) AS p
        ON string_split(p.release, '.')[1:2] = string_split(m.measured_release, '.')[1:2]
    GROUP BY m.benchmark_id
)
SELECT
    m.benchmark_id,
    m.series_id,
    m.series,
    m.release,
    m.measured_release,
    m.accelerator,
    m.instance_types,
    w.device,
    w.devices,
    w.neuron_cores,
    $told,
    m.attributes,
    f.scripts_of,
    b.scripts,
    list_transform(
        b.scripts,
        lambda address: regexp_replace(address, '$untagged', concat('\1v', f.scripts_of, '/'))
    ) AS scripts_at_tag,
    list_filter(
        b.scripts, lambda address: list_contains(coalesce(d.addresses, []), address)
    ) AS dead_scripts,
    l.listed_release,
    m.url,
    m.page,
    m.table_id,
    m.row
FROM meant AS m
LEFT JOIN run_hardware AS w ON w.benchmark_id = m.benchmark_id
JOIN first_printed AS f ON f.benchmark_id = m.benchmark_id
JOIN benchmarks AS b ON b.release = f.scripts_of AND b.benchmark_id = f.printed_as
LEFT JOIN dead AS d ON d.release = m.release AND d.benchmark_id = m.benchmark_id
LEFT JOIN listed AS l ON l.benchmark_id = m.benchmark_id
ORDER BY m.benchmark_id
