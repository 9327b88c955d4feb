-- What the latest patch of each minor publishes: the rows to chart over releases.
CREATE VIEW latest_results AS
SELECT *
FROM benchmark_results
WHERE is_latest_patch
