-- name: last_day
-- The day up to which the release knows these systems.
select max(as_of_date) as last_date
from marts.dim_source
where list_contains($source_systems, source_system)

-- name: label_counts
-- How many items the mature inspections say something about, by what they say.
select
    count(*) as inspected_item_count,
    count(*) filter (where is_examined and is_irregular) as irregular_item_count,
    count(*) filter (where is_examined and not is_irregular) as as_declared_item_count,
    count(*) filter (where not is_examined and is_irregular) as blind_finding_item_count,
    count(*) filter (where is_irregular is null) as unknown_item_count,
    count(is_irregular_on_paper) as seen_on_paper_item_count,
    count(is_irregular_in_goods) as seen_in_goods_item_count
from labelled_item

-- name: keys_to_learn
-- The items that the training needs, each with its place in an order that depends on nothing but the
-- keys. Only what a sight examined that could also have cleared it, so that being here does not depend
-- on what was found.
create or replace temp table item_key as

with

judged_items as (

    select
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        registered_date,
        case cast($target as varchar)
            when 'finding' then is_irregular
            when 'finding_in_goods' then is_irregular_in_goods
        end as is_found
    from labelled_item
    where is_examined

)

select
    *,
    row_number() over (
        order by source_system, declaration_number, item_number
    ) - 1 as item_place,
    dense_rank() over (order by source_system, declaration_number) as declaration_place
from judged_items
where is_found is not null

-- name: learned_items
-- What is known of the items to learn from, beside their inputs.
with

random_draws as (

    select
        source_system,
        declaration_number,
        selection_probability_ratio
    from marts.fct_selectivity_decision
    where is_random

)

select
    item_key.declaration_place,
    item_key.registered_date,
    item_key.is_found,
    labels.known_date,
    labels.declaration_item_count,
    labels.is_irregular_in_goods is not null as is_seen_in_goods,
    labels.is_shared_finding and item_key.is_found as is_shared_finding,
    case when item_key.is_found then labels.additional_duty_vnd else 0 end as additional_duty_vnd,
    -- Null where chance did not choose, or its probability was not kept.
    draws.selection_probability_ratio
from item_key
inner join labelled_item as labels
    on
        item_key.source_system = labels.source_system
        and item_key.declaration_number = labels.declaration_number
        and item_key.declaration_version = labels.declaration_version
        and item_key.item_number = labels.item_number
left join random_draws as draws
    on
        item_key.source_system = draws.source_system
        and item_key.declaration_number = draws.declaration_number
order by item_key.item_place

-- name: registered_months
-- First day of each month in which current items of these systems were registered.
select distinct date_trunc('month', registered_date)::date as month_date
from marts.fct_goods_item
where
    registered_date is not null
    and list_contains($source_systems, source_system)
order by month_date
