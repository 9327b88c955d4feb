-- The workloads that a release prints in several rows.
SELECT release, comparison_key
FROM benchmarks
WHERE $chosen
GROUP BY release, comparison_key
HAVING count(*) > 1
