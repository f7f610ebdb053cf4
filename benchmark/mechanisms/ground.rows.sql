-- name: last_rows
-- Rows of a table as they were last sent, by its key: of a row that was withdrawn last, none.
create macro last_rows(rows_of, key) as table
select * from query_table(rows_of)
qualify
    row_number() over (partition by key order by try_cast(SEQ_NO as bigint) desc) = 1
    and OP <> 'D';
