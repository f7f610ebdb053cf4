-- name: record_make
-- What the build says of itself. The version of every lake table that it read, one row per table;
-- the sources that have deliveries of the simulator, one row per source; and one row of the rest.
create or replace table main.lake_cut (table_name varchar, table_version bigint);

create or replace table main.simulated_source (source varchar);

-- built_at is ISO 8601 in UTC.
create or replace table main.build_record (
    built_at varchar,
    inputs_sha256 varchar,
    tests_passed bigint
);

-- name: record_read
select
    built_at,
    inputs_sha256,
    tests_passed
from main.build_record;

-- name: cut_read
select
    table_name,
    table_version
from main.lake_cut
order by table_name;

-- name: simulated_read
select source
from main.simulated_source
order by source;
