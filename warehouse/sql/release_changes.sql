-- What each minor's pages say against the minor before: `compare_releases` of latest patches.
CREATE VIEW release_changes AS
WITH compared AS (
WITH steps AS (
    SELECT
        release_order AS comparison,
        release AS target,
        lag(release) OVER (ORDER BY release_order) AS base
    FROM releases
    WHERE is_latest_patch
),
chosen AS (
    SELECT s.comparison, 'base' AS side, b.*
    FROM steps AS s
    JOIN $candidates AS b ON b.release = s.base
    UNION ALL
    SELECT s.comparison, 'target' AS side, b.*
    FROM steps AS s
    JOIN $candidates AS b ON b.release = s.target
    WHERE s.base IS NOT NULL
),
$compared
),
$judged
