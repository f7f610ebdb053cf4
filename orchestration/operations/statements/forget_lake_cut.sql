-- While dbt works, and after it failed, the marts stand for no cut of the lake at all.
drop table if exists main.lake_cut;
