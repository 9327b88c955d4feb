-- One list for each SDK release, accelerator and product, of all those that docs releases print.
-- A list of the release is believed before one of its beta, then the release's own What's New page,
-- then the newest docs release.
CREATE VIEW release_packages AS
WITH ranked AS (
    SELECT
        p.*,
        dense_rank() OVER (
            PARTITION BY p.release, coalesce(p.accelerator, p.heading), p.product
            ORDER BY
                p.stage IS NOT NULL,
                p.listed_on = p.release DESC,
                r.release_order DESC,
                p.page DESC,
                p.list_number
        ) AS place
    FROM package_versions AS p
    LEFT JOIN releases AS r ON r.release = p.listed_on
)
SELECT
    release, accelerator, component, package, version, text, listed_on, page, line, product, stage
FROM ranked
WHERE place = 1
