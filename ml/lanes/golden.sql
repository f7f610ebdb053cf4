-- name: golden_keys
-- Items of the last days, drawn by a hash of their key so that the same release gives the same.
create or replace temp table item_key as

select
    source_system,
    declaration_number,
    declaration_version,
    item_number,
    registered_date
from marts.fct_goods_item
where
    registered_date >= cast($first_date as date)
    and registered_date <= cast($last_date as date)
    and list_contains($source_systems, source_system)
    and has_declaration
order by
    md5_number(source_system || chr(31) || declaration_number || chr(31) || item_number),
    declaration_number,
    item_number
limit $item_count
