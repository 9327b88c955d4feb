-- First and last SDK release of each accelerator, package, framework version and Python version.
-- What is disputed between tables begins and ends no range.
CREATE VIEW support_ranges AS
SELECT
    accelerator,
    max_by(package, release_order) AS package,
    framework,
    framework_version,
    python,
    min_by(release, release_order) AS first_release,
    max_by(release, release_order) AS last_release,
    count(DISTINCT release) AS releases,
    max(release_order) = (SELECT max(release_order) FROM listed_versions) AS is_current,
    min_by(listed_on, release_order) AS first_listed_on,
    min_by(page, release_order) AS first_page,
    max_by(listed_on, release_order) AS last_listed_on,
    max_by(page, release_order) AS last_page,
    max_by(contradictions, release_order) AS contradictions
FROM release_support
WHERE python_basis IS DISTINCT FROM 'disputed'
GROUP BY accelerator, package_key, framework, framework_version, python
