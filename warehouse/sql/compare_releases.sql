-- What the pages of two documentation releases say. Each may be a release, a minor, which stands for
-- its latest patch, or `latest`.
CREATE MACRO compare_releases(base, target, tolerance := $default_tolerance) AS TABLE
WITH compared AS (
WITH meant AS (
    SELECT
        'base' AS side,
        -- A release that is not there must not look like one whose rows were all removed.
        coalesce(
            max_by(release, release_order),
            error(concat('there is no release ', base, ' in this dataset'))
        ) AS release
    FROM releases
    WHERE ltrim(base, 'v') IN (release, minor, 'latest')
    UNION ALL
    SELECT
        'target' AS side,
        coalesce(
            max_by(release, release_order),
            error(concat('there is no release ', target, ' in this dataset'))
        ) AS release
    FROM releases
    WHERE ltrim(target, 'v') IN (release, minor, 'latest')
),
chosen AS (
    SELECT 1 AS comparison, m.side, b.*
    FROM meant AS m
    JOIN $candidates AS b ON b.release = m.release
),
$compared
),
$judged
