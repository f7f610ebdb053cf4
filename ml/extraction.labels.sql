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
