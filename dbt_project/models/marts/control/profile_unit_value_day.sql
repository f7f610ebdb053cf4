-- Grain: one row per HS6, origin and day on which an item was registered (source_system, hs6_code,
-- country_of_origin_code, as_of_date); every figure is cumulative through the end of that day.
with

items as (

    select * from {{ ref('int_unit_values_logged') }}

),

days as (

    select
        source_system,
        hs6_code,
        country_of_origin_code,
        registered_date as as_of_date,
        count(*) as item_count,
        sum(log_unit_value) as log_sum,
        sum(cast(log_unit_value * log_unit_value as decimal(18, 9))) as log_square_sum
    from items
    group by source_system, hs6_code, country_of_origin_code, registered_date

),

running as (

    select
        source_system,
        hs6_code,
        country_of_origin_code,
        as_of_date,
        cast(sum(item_count) over through_day as bigint) as item_count,
        cast(sum(log_sum) over through_day as decimal(38, 9)) as log_unit_value_sum,
        cast(sum(log_square_sum) over through_day as decimal(38, 9)) as log_unit_value_square_sum
    from days
    window through_day as (
        partition by source_system, hs6_code, country_of_origin_code
        order by as_of_date
        rows between unbounded preceding and current row
    )

)

select * from running
