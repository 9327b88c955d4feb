-- One row a benchmark: its dimensions, its figures side by side, what was flagged.
CREATE VIEW benchmark_results AS
SELECT
    $columns
FROM (
$rows
)
