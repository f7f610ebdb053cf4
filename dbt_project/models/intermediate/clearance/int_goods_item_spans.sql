-- Grain: one row per recorded state of a goods item and span of its declaration in which it stood
-- (source_system, declaration_number, declaration_version, item_number, recorded_from, from_date).
-- The new idea: what was declared by the end of a day. A record that replaces or withdraws one of
-- the same version has no day of its own: it counts from its receipt.
{{ config(materialized='table') }}

with

items as (

    select * from {{ ref('int_goods_items_valued') }}
    where {{ was_known() }}

),

spans as (

    select * from {{ ref('int_declaration_spans') }}

),

known as (

    select
        items.source_system,
        items.declaration_number,
        items.declaration_version,
        items.item_number,
        items.recorded_from,
        items.hs6_code,
        items.country_of_origin_code,
        items.customs_value_vnd,
        items.net_mass_kg,
        items.is_current,
        spans.trader_id,
        case
            when items.recorded_from = min(items.recorded_from) over record_key
                then spans.from_date
            else greatest(spans.from_date, {{ office_date('items.received_at') }})
        end as from_date,
        least(spans.to_date, {{ office_date('items.recorded_to_at') }}) as to_date
    from items
    inner join spans
        on
            items.declaration_key = spans.declaration_key
            and items.declaration_version = spans.declaration_version
    window record_key as (
        partition by
            items.declaration_key, items.declaration_version, items.item_number, spans.from_date
    )

),

stood as (

    select * from known
    -- what is replaced in a way that no day is told of never stood
    where from_date < to_date or (to_date is null and is_current)

)

select * from stood
