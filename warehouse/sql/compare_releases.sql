-- What the pages of two documentation releases say. Each may be a release, a minor, which stands for
-- its latest patch, or `latest`.
CREATE MACRO compare_releases(base, target, tolerance := $default_tolerance) AS TABLE
WITH compared AS (
WITH meant AS (
$meant
),
chosen AS (
    SELECT 1 AS comparison, m.side, b.*
    FROM meant AS m
    JOIN $candidates AS b ON b.release = m.release
),
$compared
),
$judged
