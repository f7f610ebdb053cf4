-- The current items registered in one month that this model has not scored yet.
create or replace temp table item_key as

select
    items.source_system,
    items.declaration_number,
    items.declaration_version,
    items.item_number,
    items.registered_date
from marts.fct_goods_item as items
anti join scored_item as scored
    on
        items.source_system = scored.source_system
        and items.declaration_number = scored.declaration_number
        and items.declaration_version = scored.declaration_version
        and items.item_number = scored.item_number
where
    items.registered_date >= cast($first_date as date)
    and items.registered_date < cast($end_date as date)
    and list_contains($source_systems, items.source_system)
    and items.has_declaration
