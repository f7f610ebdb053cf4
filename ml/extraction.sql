-- name: last_day
-- The day up to which the release knows these systems.
select max(as_of_date) as last_date
from marts.dim_source
where list_contains($source_systems, source_system)

-- name: labelled_items
-- Grain: source_system, declaration_number, declaration_version, item_number: one row per goods item
-- that a mature inspection looked at, as first lodged: later versions may hold what was found.
create or replace temp table labelled_item as

with

mature_inspections as (

    select
        source_system,
        declaration_number,
        item_number,
        outcome = 'irregular' as is_irregular,
        -- A source that does not tell the method is believed for both sights.
        coalesce(list_contains($paper_methods, method_code), true) as is_paper_sight,
        coalesce(list_contains($goods_methods, method_code), true) as is_goods_sight,
        coalesce(additional_duty_vnd, 0) as additional_duty_vnd,
        coalesce(ended_date, registered_date) as known_date
    from marts.fct_inspection
    where
        outcome <> 'not_finished'
        and list_contains($source_systems, source_system)
        and known_date + cast($label_delay_days as integer) <= cast($label_as_of as date)

),

lodged_versions as (

    select
        items.source_system,
        items.declaration_number,
        min(items.declaration_version) as declaration_version
    from marts.fct_goods_item_version as items
    inner join (
        select distinct
            source_system,
            declaration_number
        from mature_inspections
    ) as inspected
        on
            items.source_system = inspected.source_system
            and items.declaration_number = inspected.declaration_number
    where
        items.recorded_to is null
        and not items.is_withdrawn
    group by
        items.source_system,
        items.declaration_number

),

lodged_items as (

    select
        items.source_system,
        items.declaration_number,
        items.declaration_version,
        items.item_number,
        items.registered_date,
        count(*) over (
            partition by items.source_system, items.declaration_number
        ) as declaration_item_count
    from marts.fct_goods_item_version as items
    inner join lodged_versions
        on
            items.source_system = lodged_versions.source_system
            and items.declaration_number = lodged_versions.declaration_number
            and items.declaration_version = lodged_versions.declaration_version
    where
        items.recorded_to is null
        and not items.is_withdrawn
        -- what is registered later than the last day that is known (a typing error) moves no split
        and items.registered_date <= cast($label_as_of as date)

),

verdicts as (

    select
        items.source_system,
        items.declaration_number,
        items.declaration_version,
        items.item_number,
        items.registered_date,
        items.declaration_item_count,
        inspections.is_irregular,
        inspections.is_paper_sight,
        inspections.is_goods_sight,
        inspections.known_date,
        inspections.additional_duty_vnd,
        -- A finding on a whole declaration of several items does not say which item it is.
        inspections.item_number is null and items.declaration_item_count > 1 as is_shared
    from lodged_items as items
    inner join mature_inspections as inspections
        on
            items.source_system = inspections.source_system
            and items.declaration_number = inspections.declaration_number
            and (
                inspections.item_number is null
                or inspections.item_number = items.item_number
            )

),

judged_items as (

    select
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        any_value(registered_date) as registered_date,
        any_value(declaration_item_count) as declaration_item_count,
        bool_or(is_irregular and not is_shared) as is_item_irregular,
        bool_or(is_irregular and is_shared) as is_declaration_irregular,
        bool_or(is_irregular) filter (where is_paper_sight) as is_irregular_on_paper,
        bool_or(is_irregular) filter (where is_goods_sight) as is_irregular_in_goods,
        bool_or(is_paper_sight or is_goods_sight) as is_examined,
        max(known_date) as known_date,
        -- One loss may stand in the lines of several inspections: it counts once.
        max(case when is_irregular and not is_shared then additional_duty_vnd else 0 end)
            as additional_duty_vnd
    from verdicts
    group by
        source_system,
        declaration_number,
        declaration_version,
        item_number

)

select
    source_system,
    declaration_number,
    declaration_version,
    item_number,
    registered_date,
    known_date,
    declaration_item_count,
    is_examined,
    is_irregular_on_paper,
    is_irregular_in_goods,
    additional_duty_vnd,
    is_declaration_irregular and not is_item_irregular as is_shared_finding,
    case
        when is_item_irregular or is_declaration_irregular then true
        when is_examined then false
    end as is_irregular
from judged_items

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
-- First day of each month in which items of `item_key` were registered.
select distinct date_trunc('month', registered_date)::date as month_date
from item_key
where
    registered_date is not null
    and ($since is null or last_day(registered_date) >= cast($since as date))
order by month_date
