-- The release that one argument of compare_releases stands for.
SELECT
    '$side' AS side,
    -- A release that is not there must not look like one whose rows were all removed.
    coalesce(
        max_by(release, release_order),
        error(concat('there is no release ', $side, ' in this dataset'))
    ) AS release
FROM releases
WHERE $stands_for
