-- One list for each SDK release and accelerator, of all those that docs releases print.
-- The release's own What's New page is believed first, then the newest docs release.
CREATE VIEW release_packages AS
WITH ranked AS (
    SELECT
        p.*,
        dense_rank() OVER (
            PARTITION BY p.release, p.accelerator
            ORDER BY p.listed_on = p.release DESC, r.release_order DESC, p.page DESC, p.list_number
        ) AS place
    FROM package_versions AS p
    LEFT JOIN releases AS r ON r.release = p.listed_on
)
SELECT release, accelerator, component, package, version, text, listed_on, page, line
FROM ranked
WHERE place = 1
