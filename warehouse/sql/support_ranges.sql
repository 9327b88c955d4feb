-- First and last SDK release of each accelerator, package, framework version and Python version.
-- What is disputed between tables begins and ends no range.
CREATE VIEW support_ranges AS
SELECT
    accelerator,
    first(package ORDER BY $newest) AS package,
    framework,
    framework_version,
    python,
    min_by(release, release_order) AS first_release,
    max_by(release, release_order) AS last_release,
    count(DISTINCT release) AS releases,
    max(release_order) = (SELECT max(release_order) FROM listed_versions) AS is_current,
    first(listed_on ORDER BY $oldest) AS first_listed_on,
    first(page ORDER BY $oldest) AS first_page,
    first(listed_on ORDER BY $newest) AS last_listed_on,
    first(page ORDER BY $newest) AS last_page,
    first(contradictions ORDER BY $newest) AS contradictions
FROM release_support
WHERE python_basis IS DISTINCT FROM 'disputed'
GROUP BY accelerator, package_key, framework, framework_version, python
