-- What the pages of any two releases say: compare_releases for those who attach the file, where
-- a macro finds no tables. For each pair of releases, on its own, the three thirds of a comparison:
-- DuckDB works out those pairs alone that a query's filter on both releases leaves. Each pair has a
-- number of its own: within LATERAL, an IN looks among the rows of all pairs.
CREATE VIEW release_comparisons AS
SELECT
    $columns
FROM (
    SELECT
        b.release AS base_release,
        t.release AS target_release
    FROM releases AS b
    JOIN releases AS t ON t.release <> b.release
) AS s,
LATERAL (
WITH compared AS (
WITH chosen AS (
    SELECT hash(s.base_release, s.target_release) AS comparison, 'base' AS side, b.*
    FROM $candidates AS b
    WHERE b.release = s.base_release
    UNION ALL
    SELECT hash(s.base_release, s.target_release) AS comparison, 'target' AS side, t.*
    FROM $candidates AS t
    WHERE t.release = s.target_release
),
$compared
),
$judged
) AS c
