-- The sources of the lake that have deliveries of the simulator; one row per source.
create or replace table main.simulated_source (source varchar)
