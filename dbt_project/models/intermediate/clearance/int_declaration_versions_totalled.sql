-- Grain: one row per declaration version with goods items (declaration_key, declaration_version),
-- orphans included.
-- The new idea: what the items that are recorded now add up to.
{{ config(materialized='table') }}

with

items as (

    select
        declaration_key,
        declaration_version,
        customs_value_vnd
    from {{ ref('int_goods_items_valued') }}
    where recorded_to is null and not is_withdrawn

),

totalled as (

    select
        declaration_key,
        declaration_version,
        cast(count(*) as bigint) as item_count,
        cast(sum(customs_value_vnd) as decimal(38, 0)) as items_customs_value_vnd,
        count(*) = count(customs_value_vnd) as is_every_item_valued
    from items
    group by declaration_key, declaration_version

)

select * from totalled
