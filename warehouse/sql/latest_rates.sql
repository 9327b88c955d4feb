-- The newest hourly rate of each instance type.
SELECT
    h.instance_type,
    -- Where one release states two bases for an instance type, the one of most rows.
    max_by(h.implied_usd_per_hour, (r.release_order, h.row_count)) AS usd_per_hour,
    -- How far the rate is from being known: 1 where it is known to the last digit.
    max_by(
        coalesce(h.high_usd_per_hour / h.low_usd_per_hour, 1),
        (r.release_order, h.row_count)
    ) AS rate_width
FROM hourly_rates AS h
JOIN releases AS r ON r.release = h.release
GROUP BY h.instance_type
