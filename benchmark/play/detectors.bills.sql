-- name: bills
-- One row per bill that has come in a manifest: its highest revision.
create or replace table bills as

select
    json_extract_string(bill, '$.no') as bill,
    arg_max(try_cast(json_extract_string(bill, '$.gross_kg') as double), revision) as gross_kg,
    arg_max(json_extract_string(bill, '$.hs4'), revision) as hs4
from (
    select
        try_cast(revision as integer) as revision,
        unnest(cast(bills as json []))  as bill
    from manifest
)
group by bill;
