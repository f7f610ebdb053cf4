-- The keys that a model has scored, so that nothing is appended twice.
create or replace temp table scored_item as

select
    source_system,
    declaration_number,
    declaration_version,
    item_number
from scored_keys
