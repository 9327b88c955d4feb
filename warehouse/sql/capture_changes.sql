-- What upstream edited after we had captured it: which cells, from what to what, when noticed.
CREATE VIEW capture_changes AS
SELECT
    c.noticed_at,
    c.release,
    r.release_order,
    c.change_number,
    c.page,
    p.url,
    array_to_string(t.section, ' > ') AS section,
    t.tab,
    c.table_id,
    c.row,
    c.column,
    c.header,
    c.change,
    c.before,
    c.after,
    c.record_before,
    c.record_after
FROM cell_changes AS c
LEFT JOIN releases AS r ON r.release = c.release
LEFT JOIN pages AS p ON p.release = c.release AND p.page = c.page
LEFT JOIN published_tables AS t ON t.table_id = c.table_id
