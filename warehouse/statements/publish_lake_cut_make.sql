-- The version of every lake table that the build reads, and when it was built (ISO 8601, UTC); one
-- row per table.
create or replace table main.lake_cut (
    table_name varchar,
    table_version bigint,
    built_at varchar
)
