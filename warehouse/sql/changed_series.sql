-- What the rows that came and went change of series: row_series.sql says the same of all rows, and
-- this works it out for those that it concerns. It needs `gone`, the series of the rows that went,
-- and `flipped`, the workloads that some release now prints in several rows, or no longer any does.
-- $chosen has the releases whose rows came.

-- In other releases, the rows of a workload that flipped move to another series.
INSERT INTO gone
SELECT r.release_order, f.series_id, f.name_number
FROM $results AS f
JOIN releases AS r ON r.release = f.release
WHERE f.comparison_key IN (FROM flipped) AND NOT f.$chosen;

UPDATE $results AS f
SET is_crowded = NOT f.is_crowded, series_id = $series_id, name_number = $name_number
WHERE f.comparison_key IN (FROM flipped) AND NOT f.$chosen;

-- Two queries, not one with an OR, which reads every comparison_key even if nothing flipped.
CREATE OR REPLACE TEMP TABLE come AS
SELECT f.rowid AS place, r.release_order, f.series_id, f.name_number
FROM $results AS f
JOIN releases AS r ON r.release = f.release
WHERE f.$chosen
UNION ALL
SELECT f.rowid AS place, r.release_order, f.series_id, f.name_number
FROM $results AS f
JOIN releases AS r ON r.release = f.release
WHERE f.comparison_key IN (FROM flipped) AND NOT f.$chosen;

CREATE OR REPLACE TEMP TABLE names AS
SELECT f.name_number, min(f.series_id) <> max(f.series_id) AS is_shared
FROM $results AS f
WHERE f.name_number IN (SELECT name_number FROM come UNION SELECT name_number FROM gone)
GROUP BY f.name_number;

UPDATE $results AS f
SET is_name_shared = n.is_shared
FROM names AS n
WHERE n.name_number = f.name_number AND n.is_shared <> f.is_name_shared;

-- A row is judged by the row before it in its series: that concerns the rows that came, and of each
-- series the row after one that came or went.
CREATE OR REPLACE TEMP TABLE concerned AS
WITH printed AS (
    SELECT f.rowid AS place, r.release_order, f.series_id
    FROM $results AS f
    JOIN releases AS r ON r.release = f.release
),
changes AS (
    SELECT series_id, release_order FROM come
    UNION
    SELECT series_id, release_order FROM gone
),
followers AS (
    SELECT
        arg_min(n.place, n.release_order) AS place,
        min(n.release_order) AS release_order,
        c.series_id
    FROM changes AS c
    JOIN printed AS n ON n.series_id = c.series_id AND n.release_order > c.release_order
    GROUP BY c.series_id, c.release_order
),
judged AS (
    SELECT place, release_order, series_id FROM come
    UNION
    SELECT place, release_order, series_id FROM followers
    UNION
    -- Another release is the oldest one, of which nothing is known but what it says itself.
    SELECT p.place, p.release_order, p.series_id
    FROM printed AS p
    JOIN (SELECT min(release_order) AS oldest FROM releases) AS o ON o.oldest <> $oldest_before
    WHERE p.release_order IN ($oldest_before, o.oldest)
),
before AS (
    SELECT j.place, arg_max(e.place, e.release_order) AS place_before
    FROM judged AS j
    JOIN printed AS e ON e.series_id = j.series_id AND e.release_order < j.release_order
    GROUP BY j.place
)
SELECT j.place, j.release_order, b.place_before
FROM judged AS j
LEFT JOIN before AS b ON b.place = j.place;
