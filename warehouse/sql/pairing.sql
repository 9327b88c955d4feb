-- Which row of the base belongs to which of the target: the first third of a comparison.
-- Included by compare_releases, compare_measured and release_changes, which differ only in the rows
-- that they choose: `chosen` (comparison, side, row_id and the columns of benchmarks), each row at
-- most once a side. It ends with `pairs`; figures.sql goes on from there.
-- release_comparisons puts all three thirds into a LATERAL join, in which DuckDB knows no SEMI, ANTI
-- and FULL JOIN, and fails on some EXISTS: hence IN over one column, and the left joins and the union
-- that do their work here and in figures.sql.
-- docs/explanation/pairing.md tells the rules in words; a change here is a change there.
keyed AS MATERIALIZED (
    SELECT
        comparison,
        side,
        row_id,
        benchmark_id,
        release,
        -- Eight bytes stand for what they are the hash of, as in benchmark_id: texts, lists and
        -- structs cost five times as much to group and to join. All that a pair needs of its rows
        -- is here and narrow: who describes them looks their texts up, in judging.sql.
        hash(comparison, comparison_key) AS workload_hash,
        hash($tuned) AS tuning,
        hash(workload_hash, tuning) AS run_hash,
        hash(measured_release) AS measurement,
        batch_size,
        -- A price belongs to one instance type; of several, the page does not say whose it is.
        hash(release, CASE WHEN len(instance_types) = 1 THEN instance_types[1] END) AS priced_as,
        benchmark_id IN ($doubtful) AS is_doubtful
    FROM chosen
),

-- 1. Exact: one row on each side with this key and these tuned columns. Nearly all rows are done
-- with here, so that only the others need a closer look.
runs AS MATERIALIZED (
    SELECT
        run_hash,
        any_value(workload_hash) AS workload_hash,
        count(*) FILTER (side = 'base') AS bases,
        count(*) FILTER (side = 'target') AS targets,
        any_value(row_id) FILTER (side = 'base') AS base_row,
        any_value(row_id) FILTER (side = 'target') AS target_row,
        any_value(priced_as) FILTER (side = 'base') AS base_priced_as,
        any_value(priced_as) FILTER (side = 'target') AS target_priced_as,
        min(measurement) = max(measurement) AS same_measurement,
        bool_or(is_doubtful) AS is_doubtful,
        bases = 1 AND targets = 1 AS is_exact
    FROM keyed
    GROUP BY run_hash
),
-- Of the others most are the only one of their key on each side: retuned, see 3. Groups of rows are
-- grouped again, and not their rows.
workloads AS MATERIALIZED (
    SELECT
        workload_hash,
        sum(bases) AS bases,
        sum(targets) AS targets,
        any_value(base_row) AS base_row,
        any_value(target_row) AS target_row,
        sum(bases) = 1 AND sum(targets) = 1 AS is_retuned
    FROM runs
    WHERE NOT is_exact
    GROUP BY workload_hash
),
-- By IN, and not by a join: DuckDB takes an inner join of two steps for a product of both, and then
-- reads whole tables into memory to join them with the few rows that are left.
rest AS MATERIALIZED (
    FROM keyed
    WHERE run_hash IN (
        SELECT r.run_hash
        FROM runs AS r
        LEFT JOIN workloads AS w ON w.workload_hash = r.workload_hash
        WHERE NOT r.is_exact AND NOT w.is_retuned
    )
),
-- What was printed in a row, whatever the order: the sum of its figures' hashes.
rest_figures AS (
    SELECT
        side,
        row_id,
        $figures AS figures
    FROM (
        -- One side after the other: DuckDB reads of a large table what lies between the first
        -- release and the last of the rows that it is joined with.
        SELECT r.side, r.row_id, m.*
        FROM measurements AS m
        JOIN (FROM rest WHERE side = 'base') AS r
            ON r.release = m.release AND r.benchmark_id = m.benchmark_id
        UNION ALL
        SELECT r.side, r.row_id, m.*
        FROM measurements AS m
        JOIN (FROM rest WHERE side = 'target') AS r
            ON r.release = m.release AND r.benchmark_id = m.benchmark_id
    ) AS m
    GROUP BY side, row_id
),
figured AS MATERIALIZED (
    SELECT
        r.*,
        w.bases > 0 AND w.targets > 0 AS is_shared,
        c.comparison_key,
        c.model,
        c.measured_release,
        hash(c.accelerator, c.workload, c.model_family, c.optimized_for, c.application_type)
            AS surroundings,
        f.figures
    FROM rest AS r
    LEFT JOIN rest_figures AS f ON f.side = r.side AND f.row_id = r.row_id
    LEFT JOIN workloads AS w ON w.workload_hash = r.workload_hash
    LEFT JOIN $candidates AS c ON c.row_id = r.row_id
),
-- 2. Rows printed more than once: copies with the same figures are interchangeable, so that
-- pairing the first with the first is no guess. Lists of rows, as a window costs ten times a group.
copies AS (
    SELECT
        workload_hash,
        run_hash,
        coalesce(list(row_id ORDER BY benchmark_id) FILTER (side = 'base'), []) AS bases,
        coalesce(list(row_id ORDER BY benchmark_id) FILTER (side = 'target'), []) AS targets
    FROM figured
    WHERE is_shared
    GROUP BY workload_hash, run_hash, measured_release, figures
),
-- What the copies leave alone on both sides is exact as well.
beside_copies AS (
    SELECT
        workload_hash,
        flatten(list(list_zip(bases, targets, true))) AS copied,
        flatten(list(bases[len(targets) + 1:])) AS olds,
        flatten(list(targets[len(bases) + 1:])) AS news,
        len(olds) = 1 AND len(news) = 1 AS is_exact
    FROM copies
    GROUP BY workload_hash, run_hash
),
-- 3. Retuned: what is left of a key, if that is one row on each side. Several rows stay unpaired:
-- which of them became which, nothing says.
sharing_key AS (
    SELECT
        flatten(list(copied || CASE WHEN is_exact THEN list_zip(olds, news) ELSE [] END)) AS exact,
        flatten(list(olds) FILTER (NOT is_exact)) AS bases,
        flatten(list(news) FILTER (NOT is_exact)) AS targets,
        CASE
            WHEN len(bases) = 1 AND len(targets) = 1 THEN 'retuned'
            WHEN len(bases) > 0 AND len(targets) > 0 THEN 'ambiguous'
        END AS left_match
    FROM beside_copies
    GROUP BY workload_hash
),
told_by_key AS MATERIALIZED (
    SELECT
        unnest(
            list_transform(
                exact,
                lambda one: {'match': 'exact', 'base_row': one[1], 'target_row': one[2]}
            )
            || list_transform(
                CASE left_match
                    WHEN 'retuned' THEN list_zip(bases, targets)
                    ELSE list_zip(bases, []::BIGINT[]) || list_zip([]::BIGINT[], targets)
                END,
                lambda one: {'match': left_match, 'base_row': one[1], 'target_row': one[2]}
            ),
            recursive := true
        )
    FROM sharing_key
),
alone AS MATERIALIZED (
    SELECT
        f.*,
        -- Told by its figures, see 4; without any, or without an SDK, a row is like no other.
        CASE
            WHEN f.figures IS NOT NULL AND f.measured_release IS NOT NULL
                THEN hash(f.comparison, f.surroundings, f.measured_release, f.tuning, f.figures)
        END AS printed
    FROM figured AS f
    LEFT JOIN told_by_key AS k
        ON k."match" IS NULL
        AND coalesce(k.base_row, k.target_row) = f.row_id
        AND CASE WHEN k.base_row IS NULL THEN 'target' ELSE 'base' END = f.side
    WHERE NOT f.is_shared OR k.base_row IS NOT NULL OR k.target_row IS NOT NULL
),
-- 4. Renamed, told by its figures: a row gone and a row come with the same figures, SDK and tuning,
-- and one of each.
same_figures AS MATERIALIZED (
    SELECT
        printed,
        any_value(row_id) FILTER (side = 'base') AS base_row,
        any_value(row_id) FILTER (side = 'target') AS target_row
    FROM alone
    WHERE printed IS NOT NULL
    GROUP BY printed
    HAVING count(*) FILTER (side = 'base') = 1 AND count(*) FILTER (side = 'target') = 1
),
-- 5. Renamed, told by its identity: a row gone and a row come that differ in one column of it that
-- is only a name, and one of each.
left_over AS MATERIALIZED (
    SELECT
        a.comparison,
        a.side,
        a.row_id,
        a.model,
        string_split(a.comparison_key, ' | ') AS identity
    FROM alone AS a
    LEFT JOIN same_figures AS s ON s.printed = a.printed
    WHERE s.printed IS NULL
),
-- What a row has in common with each row that it can be renamed to: its model, where another column
-- differs; where the model does, all other columns, and the model's digits, since neither another
-- spelling nor a slip changes a digit. Few rows meet one of the other side in this, and only they
-- need a closer look.
meeting AS MATERIALIZED (
    SELECT
        *,
        list_filter(identity, lambda part: starts_with(part, 'model=')) AS named,
        unnest([
            {'is_of_model': false, 'common': hash(comparison, named)},
            {
                'is_of_model': true,
                'common': hash(
                    comparison,
                    list_filter(identity, lambda part: NOT starts_with(part, 'model=')),
                    $digits_of_model
                )
            }
        ], recursive := true)
    FROM left_over
),
met AS MATERIALIZED (
    SELECT * EXCLUDE (common, named)
    FROM meeting
    WHERE common IN (
        SELECT common
        FROM meeting
        GROUP BY common
        HAVING count(*) FILTER (side = 'base') > 0 AND count(*) FILTER (side = 'target') > 0
    )
),
-- A name that the other side prints as well is no misspelling of another.
printed_there AS (
    SELECT DISTINCT m.side, m.row_id
    FROM met AS m
    JOIN $candidates AS c ON lower(c.model) = lower(m.model)
    JOIN keyed AS k ON k.row_id = c.row_id AND k.comparison = m.comparison AND k.side <> m.side
    WHERE m.is_of_model
),
but_one_name AS MATERIALIZED (
    SELECT
        m.comparison,
        m.side,
        m.row_id,
        CASE WHEN m.is_of_model THEN $words END AS words,
        n.name,
        hash(list_filter(m.identity, lambda part: NOT starts_with(part, n.name || '='))) AS others,
        -- Two models are alike where only the spelling differs: here by the same letters.
        hash(n.name, others, array_to_string(words, '')) AS likeness
    FROM met AS m
    JOIN (VALUES $names) AS n (name) ON m.is_of_model = (n.name = 'model')
    LEFT JOIN printed_there AS p
        ON p.side = CASE WHEN m.is_of_model THEN m.side END AND p.row_id = m.row_id
    WHERE p.row_id IS NULL
),
-- Or by one long word with a slip or two. Never in its first letter, which tells `cased` from
-- `uncased`, and never in a digit, which tells a model's size. All but the slip is in a hash, so
-- that a thousand new models are not each held against a thousand old ones.
long_words AS MATERIALIZED (
    SELECT
        *,
        hash(
            others,
            place,
            words[:place - 1] || words[place + 1:],
            left(word, 1),
            $digits_of_word
        ) AS all_but_slips,
        -- Which letters there are, a bit each: a slip takes one away, brings one, or both.
        list_bit_or(
            list_transform(string_split(word, ''), lambda one: 1::UBIGINT << (ord(one) % 60))
        ) AS letters
    FROM (
        SELECT
            *,
            words[place] AS word
        FROM (
            SELECT
                comparison,
                side,
                row_id,
                words,
                others,
                unnest(range(1, len(words) + 1)) AS place
            FROM but_one_name
            WHERE name = 'model'
        )
    )
    WHERE length(word) >= $least_letters
),
misspelled AS MATERIALIZED (
    SELECT
        b.row_id AS base_row,
        t.row_id AS target_row
    FROM long_words AS b
    JOIN long_words AS t ON t.comparison = b.comparison AND t.all_but_slips = b.all_but_slips
    WHERE b.side = 'base'
        AND t.side = 'target'
        AND b.word <> t.word
        -- Quickly found, so that few are left to count the slips of.
        AND bit_count(xor(b.letters, t.letters)) <= 2 * $most_slips
        AND damerau_levenshtein(b.word, t.word) <= $most_slips
),
-- Of each row, how many rows of the other side are alike, and which one, if it is one: rows of one
-- likeness are counted, and not held against each other.
likenesses AS (
    SELECT
        comparison,
        likeness,
        count(*) FILTER (side = 'base') AS bases,
        count(*) FILTER (side = 'target') AS targets,
        any_value(row_id) FILTER (side = 'base') AS base_row,
        any_value(row_id) FILTER (side = 'target') AS target_row
    FROM but_one_name
    GROUP BY comparison, likeness
    HAVING bases > 0 AND targets > 0
),
alike AS (
    SELECT
        n.side,
        n.row_id,
        CASE n.side WHEN 'base' THEN l.targets ELSE l.bases END AS partners,
        CASE n.side WHEN 'base' THEN l.target_row ELSE l.base_row END AS only_one
    FROM but_one_name AS n
    JOIN likenesses AS l ON l.comparison = n.comparison AND l.likeness = n.likeness
    UNION ALL
    SELECT 'base' AS side, base_row AS row_id, 1 AS partners, target_row AS only_one
    FROM misspelled
    UNION ALL
    SELECT 'target' AS side, target_row AS row_id, 1 AS partners, base_row AS only_one
    FROM misspelled
),
alike_to_one AS MATERIALIZED (
    SELECT
        side,
        row_id,
        any_value(only_one) AS only_one
    FROM alike
    GROUP BY side, row_id
    HAVING sum(partners) = 1
),
told_by_name AS (
    SELECT
        l.side,
        l.row_id,
        -- Neither is alike to a second row.
        CASE WHEN o.row_id IS NOT NULL THEN a.only_one END AS partner
    FROM left_over AS l
    LEFT JOIN alike_to_one AS a ON a.side = l.side AND a.row_id = l.row_id
    LEFT JOIN alike_to_one AS o ON o.side <> a.side AND o.row_id = a.only_one
),
not_exact_at_once AS (
    SELECT 'retuned' AS "match", base_row, target_row
    FROM workloads
    WHERE is_retuned
    UNION ALL
    SELECT "match", base_row, target_row
    FROM told_by_key
    WHERE "match" IS NOT NULL
    UNION ALL
    SELECT 'renamed' AS "match", base_row, target_row
    FROM same_figures
    UNION ALL
    SELECT
        CASE WHEN partner IS NOT NULL THEN 'renamed' END AS "match",
        CASE side WHEN 'base' THEN row_id END AS base_row,
        CASE side WHEN 'base' THEN partner ELSE row_id END AS target_row
    FROM told_by_name
    WHERE side = 'base' OR partner IS NULL
),
pairs AS MATERIALIZED (
    SELECT
        -- A side has a row in one pair at most, so that its number numbers the pair; that of a
        -- target alone counts downwards from -1, where no base's does.
        coalesce(base_row, -1 - target_row) AS pair,
        *,
        "match" <> 'exact' OR NOT same_measurement AS is_rewritten
    FROM (
        SELECT
            'exact' AS "match",
            base_row,
            target_row,
            base_priced_as,
            target_priced_as,
            same_measurement,
            false AS has_other_batch,
            is_doubtful
        FROM runs
        WHERE is_exact
        UNION ALL
        SELECT
            p."match",
            p.base_row,
            p.target_row,
            b.priced_as AS base_priced_as,
            t.priced_as AS target_priced_as,
            b.measurement = t.measurement AS same_measurement,
            b.batch_size <> t.batch_size AS has_other_batch,
            coalesce(b.is_doubtful, false) OR coalesce(t.is_doubtful, false) AS is_doubtful
        FROM not_exact_at_once AS p
        -- A left join, as everywhere below, for the estimate's sake: see `rest`.
        LEFT JOIN (FROM keyed WHERE side = 'base') AS b ON b.row_id = p.base_row
        LEFT JOIN (FROM keyed WHERE side = 'target') AS t ON t.row_id = p.target_row
    )
),
