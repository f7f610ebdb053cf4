-- name: scored_items
-- The keys that a model has scored, so that nothing is appended twice.
create or replace temp table scored_item as

select
    source_system,
    declaration_number,
    declaration_version,
    item_number
from scored_keys

-- name: keys_to_score
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

-- name: keys_to_explain
-- The items whose reasons are asked for.
create or replace temp table item_key as

select
    source_system,
    declaration_number,
    declaration_version,
    item_number,
    registered_date
from keys_to_explain

-- name: months_of_keys
-- First day of each month in which items of `item_key` were registered, and how many were.
select
    date_trunc('month', registered_date)::date as month_date,
    count(*) as items
from item_key
where
    registered_date is not null
    and ($since is null or last_day(registered_date) >= cast($since as date))
group by month_date
order by month_date
