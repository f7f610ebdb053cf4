-- The version of every lake table that the build reads; one row per table.
create or replace table main.lake_cut (table_name varchar, table_version bigint)
