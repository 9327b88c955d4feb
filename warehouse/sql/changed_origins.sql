-- Where the figures of the rows in `concerned` come from. $read has the releases of these rows and
-- of those before them: those of no other release are read.
CREATE OR REPLACE TEMP TABLE told AS
WITH meanings AS (
    -- What must agree for figures to be the same: a page may state another basis of them.
    SELECT
        kinds_number,
        dense_rank() OVER (
            ORDER BY list_transform(
                kinds,
                lambda g: {'metric': g.metric, 'statistic': g.statistic, 'unit': g.unit}
            )
        ) AS meaning
    FROM $kinds
)
SELECT
    f.rowid AS place,
    f.measured_release,
    CASE WHEN m.meaning IS NOT NULL THEN {'meaning': m.meaning, 'values': f.figure_values} END
        AS figures
FROM $results AS f
LEFT JOIN meanings AS m ON m.kinds_number = f.kinds_number
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
WHERE t.place = f.rowid AND t.origin <> f.origin AND f.$read
