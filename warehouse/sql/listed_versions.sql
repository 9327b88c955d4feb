-- Every version of a package that some list names for an SDK release and accelerator, and who says
-- so. The keys are what two spellings of a name or version share: see `warehouse.packages.spelling`.
CREATE VIEW listed_versions AS
WITH believed AS (
    SELECT DISTINCT release, accelerator, product, stage, package, version FROM release_packages
)
SELECT
    p.release,
    any_value($release_order) AS release_order,
    p.accelerator,
    first(p.component ORDER BY $newest_page) AS component,
    p.package,
    p.version,
    p.product,
    p.stage,
    $package_key AS package_key,
    $version_key AS version_key,
    bool_or(b.release IS NOT NULL) AS is_believed,
    count(DISTINCT p.listed_on) AS listed_by,
    first(p.listed_on ORDER BY $newest_page) AS listed_on,
    first(p.page ORDER BY $newest_page) AS page
FROM package_versions AS p
LEFT JOIN releases AS r ON r.release = p.listed_on
LEFT JOIN believed AS b
    ON b.release = p.release
    AND b.accelerator = p.accelerator
    AND b.package = p.package
    AND b.version = p.version
    AND b.product IS NOT DISTINCT FROM p.product
    AND b.stage IS NOT DISTINCT FROM p.stage
WHERE p.accelerator IS NOT NULL AND p.version IS NOT NULL
GROUP BY p.release, p.accelerator, p.package, p.version, p.product, p.stage
