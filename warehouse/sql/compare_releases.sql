-- What the pages of two documentation releases say. Each may be a release, a minor, which stands for
-- its latest patch, or `latest`.
CREATE MACRO compare_releases(base, target, tolerance := $default_tolerance) AS TABLE
WITH judged AS (
WITH asked AS (
    SELECT 'base' AS side, ltrim(base, 'v') AS wanted
    UNION ALL
    SELECT 'target' AS side, ltrim(target, 'v') AS wanted
),
meant AS (
    SELECT
        a.side,
        -- A release that is not there must not look like one whose rows were all removed.
        coalesce(
            max_by(r.release, r.release_order),
            error('there is no release ' || any_value(a.wanted) || ' in this dataset')
        ) AS release
    FROM asked AS a
    LEFT JOIN releases AS r ON a.wanted IN (r.release, r.minor, 'latest')
    GROUP BY a.side
),
chosen AS (
    SELECT 1 AS comparison, m.side, b.*
    FROM meant AS m
    JOIN $candidates AS b ON b.release = m.release
),
$judged
)
$described
