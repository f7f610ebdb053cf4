-- name: last_rows
-- Rows of a table as they were last sent, by its key: of a row that was withdrawn last, none.
create macro last_rows(rows_of, key) as table
select * from query_table(rows_of)
qualify
    row_number() over (partition by key order by try_cast(SEQ_NO as bigint) desc) = 1
    and coalesce(OP, 'I') <> 'D';

-- name: last_told
-- Rows of a reference table by their key, as the latest of its files tells them: a later one holds
-- what is new, and rows whose end has become known. The day stands in the name of the file.
create macro last_told(rows_of, key) as table
select * from query_table(rows_of)
qualify row_number() over (partition by key order by parse_filename(FILE) desc) = 1;

-- name: last_filings
-- Lines of settlement reports by their key, as last filed: a later filing replaces the whole report
-- of a trader, kind and year.
create macro last_filings(reports, key) as table
select * from query_table(reports)
qualify
    rank() over (
        partition by MA_DN, LOAI, DEN_NGAY order by try_cast(LAN_NOP as integer) desc
    ) = 1
    and row_number() over (
        partition by MA_DN, LOAI, DEN_NGAY, LAN_NOP, key order by FILE desc
    ) = 1;
