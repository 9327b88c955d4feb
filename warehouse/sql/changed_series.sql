-- Which rows must be judged again after rows came and went, and by which row before them: the table
-- `concerned`. row_series.sql judges all rows; this works it out for those that a change concerns.
-- It needs `gone` and `come`, the series of the rows that went and came. $near has the changed
-- releases, and the one before and after each.
CREATE OR REPLACE TEMP TABLE changes AS
SELECT series_id, release_order FROM come
UNION
SELECT series_id, release_order FROM gone;

CREATE OR REPLACE TEMP TABLE printed AS
SELECT f.rowid AS place, r.release_order, s.series_id
FROM $results AS f
JOIN releases AS r ON r.release = f.release
JOIN $series AS s ON s.series_number = f.series_number
WHERE f.$near;

-- Most series are printed just before and just after a change. Of the others, all rows are read.
INSERT INTO printed
WITH around AS (
    SELECT
        c.release_order,
        max(r.release_order) FILTER (r.release_order < c.release_order) AS before,
        min(r.release_order) FILTER (r.release_order > c.release_order) AS after
    FROM (SELECT DISTINCT release_order FROM changes) AS c
    CROSS JOIN releases AS r
    GROUP BY c.release_order
),
interrupted AS (
    SELECT DISTINCT c.series_id
    FROM changes AS c
    JOIN around AS a ON a.release_order = c.release_order
    LEFT JOIN printed AS b ON b.series_id = c.series_id AND b.release_order = a.before
    LEFT JOIN printed AS n ON n.series_id = c.series_id AND n.release_order = a.after
    WHERE (a.before IS NOT NULL AND b.place IS NULL) OR (a.after IS NOT NULL AND n.place IS NULL)
),
wanted AS (
    SELECT s.series_number, s.series_id
    FROM $series AS s
    JOIN interrupted AS i ON i.series_id = s.series_id
)
SELECT f.rowid AS place, r.release_order, w.series_id
FROM $results AS f
JOIN releases AS r ON r.release = f.release
JOIN wanted AS w ON w.series_number = f.series_number
WHERE NOT f.$near;

-- A row is judged by the row before it in its series: that concerns the rows that came, and of each
-- series the row after one that came or went.
CREATE OR REPLACE TEMP TABLE concerned AS
WITH followers AS (
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
    SELECT
        j.place,
        arg_max(e.place, e.release_order) AS place_before,
        max(e.release_order) AS order_before
    FROM judged AS j
    JOIN printed AS e ON e.series_id = j.series_id AND e.release_order < j.release_order
    GROUP BY j.place
)
SELECT j.place, j.release_order, b.place_before, b.order_before
FROM judged AS j
LEFT JOIN before AS b ON b.place = j.place;
