-- What an hour costs on one side of a comparison, where `$rates` is its row of hourly_rates: the
-- instance type's rate, on which many rows agree, or else what the row's own figures leave.
coalesce(
    $rates.low_usd_per_hour,
    greatest(f.${side}_value - ${side}_half, 0)
    * greatest(f.${side}_speed - f.${side}_speed_half, 0)
    * $hours
) AS ${side}_low,
coalesce(
    $rates.high_usd_per_hour,
    (f.${side}_value + ${side}_half) * (f.${side}_speed + f.${side}_speed_half) * $hours
) AS ${side}_high,
coalesce($rates.implied_usd_per_hour, f.${side}_value * f.${side}_speed * $hours) AS ${side}_rate
