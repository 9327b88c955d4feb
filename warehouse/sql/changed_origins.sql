-- Where the figures of the rows in `concerned` come from. $read has the releases of these rows and
-- of those before them: figures are the bulk of a row, and those of no other release are read.
CREATE OR REPLACE TEMP TABLE told AS
SELECT
    f.rowid AS place,
    f.release,
    f.measured_release,
    $figures AS figures
FROM $results AS f
WHERE f.$read;

UPDATE $results AS f
SET origin = t.origin
FROM (
    SELECT place, $origin AS origin
    FROM (
        SELECT
            c.place,
            c.release_order,
            r.minor,
            n.measured_release,
            n.figures,
            c.place_before AS benchmark_before,
            b.measured_release AS measured_before,
            b.figures AS figures_before
        FROM concerned AS c
        JOIN told AS n ON n.place = c.place
        JOIN releases AS r ON r.release_order = c.release_order
        LEFT JOIN told AS b ON b.place = c.place_before
    )
) AS t
WHERE t.place = f.rowid AND t.origin <> f.origin
