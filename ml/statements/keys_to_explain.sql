-- The items whose reasons are asked for.
create or replace temp table item_key as

select
    source_system,
    declaration_number,
    declaration_version,
    item_number,
    registered_date
from keys_to_explain
