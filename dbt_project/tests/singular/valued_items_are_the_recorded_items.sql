-- Measuring, dating and valuing neither lose nor repeat an item.
with

recorded as (

    select count(*) as row_count
    from {{ ref('int_goods_item_records_clocked') }}

),

valued as (

    select count(*) as row_count
    from {{ ref('int_goods_items_valued') }}

)

select
    recorded.row_count,
    valued.row_count as valued_row_count
from recorded
cross join valued
where recorded.row_count <> valued.row_count
