-- name: size
-- How large the nation is.
select
    (select count(*) from declaration) as declarations,
    (select count(*) from item) as items,
    (select count(*) from irregular semi join item using (base, stt) where is_meant)
        as irregular,
    (select count(*) from slip) as slips,
    (select count(*) from stacked) as stacked,
    (select min(day) from declaration) as first_day,
    (select max(day) from declaration) as last_day;
