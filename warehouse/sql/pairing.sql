-- Which row of the base belongs to which of the target: the first third of a comparison.
-- Included by compare_releases, compare_measured and release_changes, which differ only in the rows
-- that they choose: `chosen` (comparison, side, row_id and the columns of benchmarks), each row at
-- most once a side. It ends with `pairs`; judging.sql goes on from there.
-- docs/comparing.md tells the rules in words; a change here is a change there.
keyed AS MATERIALIZED (
    SELECT
        comparison,
        side,
        row_id,
        benchmark_id,
        release,
        measured_release,
        -- Eight bytes stand for what they are the hash of, as in benchmark_id: texts, lists and
        -- structs cost five times as much to group and to join.
        hash(comparison_key) AS workload_hash,
        hash($tuned) AS tuning,
        hash(accelerator, workload, model_family, optimized_for, application_type) AS surroundings,
        -- A price belongs to one instance type; of several, the page does not say whose it is.
        CASE WHEN len(instance_types) = 1 THEN instance_types[1] END AS instance
    FROM chosen
),

-- 1. Exact: one row on each side with this key and these tuned columns. Nearly all rows are done
-- with here, so that only the others need a closer look.
exact AS MATERIALIZED (
    SELECT
        any_value(row_id) FILTER (side = 'base') AS base_row,
        any_value(row_id) FILTER (side = 'target') AS target_row
    FROM keyed
    GROUP BY comparison, workload_hash, tuning
    HAVING count(*) FILTER (side = 'base') = 1 AND count(*) FILTER (side = 'target') = 1
),
unlike AS MATERIALIZED (
    FROM keyed
    ANTI JOIN (
        SELECT 'base' AS side, base_row AS row_id FROM exact
        UNION ALL
        SELECT 'target' AS side, target_row AS row_id FROM exact
    ) AS e USING (side, row_id)
),
-- Of the others most are the only one of their key on each side: retuned, see 3.
tuned_anew AS MATERIALIZED (
    SELECT
        any_value(row_id) FILTER (side = 'base') AS base_row,
        any_value(row_id) FILTER (side = 'target') AS target_row
    FROM unlike
    GROUP BY comparison, workload_hash
    HAVING count(*) FILTER (side = 'base') = 1 AND count(*) FILTER (side = 'target') = 1
),
rest AS MATERIALIZED (
    FROM unlike
    ANTI JOIN (
        SELECT 'base' AS side, base_row AS row_id FROM tuned_anew
        UNION ALL
        SELECT 'target' AS side, target_row AS row_id FROM tuned_anew
    ) AS e USING (side, row_id)
),
-- What was printed in a row, whatever the order: the sum of its figures' hashes.
rest_figures AS (
    SELECT
        r.side,
        r.benchmark_id,
        $figures AS figures
    FROM rest AS r
    -- The releases first: of a large table only their part is read.
    JOIN (FROM measurements WHERE release IN (SELECT DISTINCT release FROM rest)) AS m
        ON m.release = r.release AND m.benchmark_id = r.benchmark_id
    GROUP BY r.side, r.benchmark_id
),
-- 2. Rows printed more than once: copies with the same figures are interchangeable, so that
-- pairing the first with the first is no guess. From here on rows travel in lists.
copies AS (
    SELECT
        r.comparison,
        r.workload_hash,
        r.tuning,
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'base')), []) AS bases,
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'target')), []) AS targets,
        least(len(bases), len(targets)) AS twins
    FROM rest AS r
    LEFT JOIN rest_figures AS f ON f.side = r.side AND f.benchmark_id = r.benchmark_id
    GROUP BY r.comparison, r.workload_hash, r.tuning, r.measured_release, f.figures
),
-- What the copies leave alone on both sides is exact as well.
beside_copies AS (
    SELECT
        comparison,
        workload_hash,
        flatten(list(bases[twins + 1:])) AS bases_left,
        flatten(list(targets[twins + 1:])) AS targets_left,
        len(bases_left) = 1 AND len(targets_left) = 1 AS one_to_one
    FROM copies
    GROUP BY comparison, workload_hash, tuning
),
-- 3. Retuned: what is left of a key, if that is one row on each side. Several rows stay unpaired:
-- which of them became which, nothing says.
sharing_key AS (
    SELECT
        comparison,
        flatten(list(bases_left)) AS bases,
        flatten(list(targets_left)) AS targets,
        len(bases) = 1 AND len(targets) = 1 AS one_to_one,
        len(bases) = 0 OR len(targets) = 0 AS one_sided
    FROM beside_copies
    WHERE NOT one_to_one
    GROUP BY comparison, workload_hash
),
-- 4. Mended: a row gone and a row come that are the same but for their identity, such as a model's
-- name spelled anew: same figures, same SDK, same tuning, and one of each.
same_figures AS (
    SELECT
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'base')), []) AS bases,
        coalesce(list_sort(list(r.benchmark_id) FILTER (r.side = 'target')), []) AS targets,
        len(bases) = 1
        AND len(targets) = 1
        AND f.figures IS NOT NULL
        AND r.measured_release IS NOT NULL AS one_to_one
    FROM (
        SELECT 'base' AS side, unnest(bases) AS benchmark_id
        FROM sharing_key
        WHERE one_sided
        UNION ALL
        SELECT 'target' AS side, unnest(targets) AS benchmark_id
        FROM sharing_key
        WHERE one_sided
    ) AS s
    JOIN rest AS r ON r.side = s.side AND r.benchmark_id = s.benchmark_id
    LEFT JOIN rest_figures AS f ON f.side = r.side AND f.benchmark_id = r.benchmark_id
    GROUP BY
        r.comparison,
        r.surroundings,
        r.measured_release,
        r.tuning,
        f.figures
),
-- Lists side by side are paired item by item; a row beside an empty list stays alone.
settled AS (
    SELECT 'exact' AS "match", bases[:twins] AS bases, targets[:twins] AS targets
    FROM copies
    UNION ALL
    SELECT 'exact' AS "match", bases_left AS bases, targets_left AS targets
    FROM beside_copies
    WHERE one_to_one
    UNION ALL
    SELECT 'retuned' AS "match", bases, targets FROM sharing_key WHERE one_to_one
    UNION ALL
    SELECT
        'ambiguous' AS "match",
        unnest([bases, []]) AS bases,
        unnest([[], targets]) AS targets
    FROM sharing_key
    WHERE NOT one_to_one AND NOT one_sided
    UNION ALL
    SELECT 'mended' AS "match", bases, targets FROM same_figures WHERE one_to_one
    UNION ALL
    SELECT
        NULL AS "match",
        unnest([bases, []]) AS bases,
        unnest([[], targets]) AS targets
    FROM same_figures
    WHERE NOT one_to_one
),
paired AS (
    SELECT 'exact' AS "match", base_row, target_row
    FROM exact
    UNION ALL
    SELECT 'retuned' AS "match", base_row, target_row
    FROM tuned_anew
    UNION ALL
    SELECT s."match", b.row_id AS base_row, t.row_id AS target_row
    FROM (
        SELECT "match", unnest(bases) AS base_id, unnest(targets) AS target_id
        FROM settled
    ) AS s
    LEFT JOIN (FROM rest WHERE side = 'base') AS b ON b.benchmark_id = s.base_id
    LEFT JOIN (FROM rest WHERE side = 'target') AS t ON t.benchmark_id = s.target_id
),
pairs AS MATERIALIZED (
    SELECT
        -- A row is in one pair at most, so that its number numbers the pair; that of a target alone
        -- counts downwards from -1, where no base's does.
        coalesce(p.base_row, -1 - p.target_row) AS pair,
        p."match",
        p.base_row,
        p.target_row,
        b.benchmark_id AS base_id,
        t.benchmark_id AS target_id,
        b.release AS base_release,
        t.release AS target_release,
        b.instance AS base_instance,
        t.instance AS target_instance,
        b.measured_release IS NOT DISTINCT FROM t.measured_release AS same_measurement
    FROM paired AS p
    -- A left join, as everywhere below: DuckDB takes an inner one of two steps for a product of
    -- both, and then reads the whole of measurements into memory.
    LEFT JOIN (FROM keyed WHERE side = 'base') AS b ON b.row_id = p.base_row
    LEFT JOIN (FROM keyed WHERE side = 'target') AS t ON t.row_id = p.target_row
),
