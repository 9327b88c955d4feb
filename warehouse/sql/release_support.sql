-- What each SDK release supports: the versions that its package list has, and for each the versions
-- of Python that a support table states. Without a table of its own a release takes what the nearest
-- tables before and after state for the same version; where these two differ, that is disputed.
CREATE VIEW release_support AS
WITH frameworks (package_key, framework, fewest_parts) AS (
    VALUES $frameworks
),
lists AS (
    SELECT * FROM listed_versions WHERE is_believed
),
-- How many docs releases print a list of the release at all: some may leave a version out.
prints AS (
    SELECT release, accelerator, product, stage, count(DISTINCT listed_on) AS docs_releases
    FROM package_versions
    GROUP BY ALL
),
statements AS (
    SELECT DISTINCT
        release AS stated_on,
        page,
        accelerator,
        $package_key AS package_key,
        $version_key AS version_key,
        unnest(versions) AS python
    FROM (
        SELECT *, unnest(accelerators) AS accelerator FROM framework_support
        WHERE subject = 'python' AND package_version IS NOT NULL
    )
),
-- For each listed version, who states something of it: its own docs release alone, if that does, or
-- else the nearest one before and the nearest one after.
stating AS (
    SELECT release, accelerator, package_key, version_key, stated_on
    FROM (
        SELECT DISTINCT
            l.release,
            l.accelerator,
            l.package_key,
            l.version_key,
            s.stated_on,
            r.release_order - l.release_order AS distance
        FROM lists AS l
        JOIN statements AS s USING (accelerator, package_key, version_key)
        JOIN releases AS r ON r.release = s.stated_on
    )
    WINDOW of_version AS (PARTITION BY release, accelerator, package_key, version_key)
    QUALIFY distance = 0 OR (
        count(*) FILTER (WHERE distance = 0) OVER of_version = 0
        AND distance IN (
            max(distance) FILTER (WHERE distance < 0) OVER of_version,
            min(distance) FILTER (WHERE distance > 0) OVER of_version
        )
    )
),
pythons AS (
    SELECT
        t.release,
        t.accelerator,
        t.package_key,
        t.version_key,
        s.python,
        max_by(s.stated_on, r.release_order) AS python_stated_on,
        max_by(s.page, r.release_order) AS python_page,
        CASE
            WHEN bool_or(s.stated_on = t.release) THEN 'stated'
            WHEN count(DISTINCT s.stated_on) = any_value(t.tables) THEN 'same version elsewhere'
            ELSE 'disputed'
        END AS python_basis
    FROM (
        SELECT *, count(*) OVER (PARTITION BY release, accelerator, package_key, version_key)
            AS tables
        FROM stating
    ) AS t
    JOIN statements AS s USING (accelerator, package_key, version_key, stated_on)
    JOIN releases AS r ON r.release = s.stated_on
    GROUP BY t.release, t.accelerator, t.package_key, t.version_key, s.python
),
own_tables AS (
    SELECT stated_on AS release, accelerator, package_key, list(DISTINCT version_key) AS version_keys
    FROM statements
    GROUP BY ALL
),
hardware AS (
    SELECT release, list(DISTINCT accelerator) AS accelerators FROM instances GROUP BY release
)
SELECT
    l.release,
    l.release_order,
    l.accelerator,
    l.package,
    l.package_key,
    l.version,
    l.product,
    l.stage,
    f.framework,
    CASE
        WHEN len(string_split(l.version, '.')) >= f.fewest_parts
        THEN array_to_string(string_split(l.version, '.')[:2], '.')
    END AS framework_version,
    p.python,
    p.python_basis,
    l.listed_on,
    l.page,
    p.python_stated_on,
    p.python_page,
    list_contains(h.accelerators, l.accelerator) AS is_on_hardware_page,
    concat_ws(
        ', ',
        CASE WHEN l.listed_by < n.docs_releases THEN 'lists-differ' END,
        CASE
            WHEN NOT list_contains(o.version_keys, l.version_key)
            THEN 'python-table-of-other-version'
        END,
        CASE WHEN p.python_basis = 'disputed' THEN 'python-tables-differ' END,
        CASE
            WHEN NOT list_contains(h.accelerators, l.accelerator) THEN 'not-on-hardware-page'
        END
    ) AS contradictions
FROM lists AS l
JOIN prints AS n
    ON n.release = l.release
    AND n.accelerator = l.accelerator
    AND n.product IS NOT DISTINCT FROM l.product
    AND n.stage IS NOT DISTINCT FROM l.stage
LEFT JOIN frameworks AS f USING (package_key)
LEFT JOIN pythons AS p
    ON p.release = l.release
    AND p.accelerator = l.accelerator
    AND p.package_key = l.package_key
    AND p.version_key = l.version_key
LEFT JOIN own_tables AS o
    ON o.release = l.release
    AND o.accelerator = l.accelerator
    AND o.package_key = l.package_key
LEFT JOIN hardware AS h ON h.release = l.release
