-- Grain: one row per HS6, origin and day on which an item came or went (source_system, hs6_code,
-- country_of_origin_code, as_of_date); every figure is cumulative through the end of that day.
with

items as (

    select * from {{ ref('int_unit_values_logged') }}

),

changes as (

    select
        source_system,
        hs6_code,
        country_of_origin_code,
        from_date as as_of_date,
        1 as item_change,
        log_unit_value
    from items

    union all

    -- what was declared otherwise later is taken out on that day, and not before
    select
        source_system,
        hs6_code,
        country_of_origin_code,
        to_date as as_of_date,
        -1 as item_change,
        log_unit_value
    from items
    where to_date is not null

),

days as (

    select
        source_system,
        hs6_code,
        country_of_origin_code,
        as_of_date,
        sum(item_change) as item_count,
        sum(item_change * log_unit_value) as log_sum,
        sum(item_change * cast(log_unit_value * log_unit_value as decimal(18, 9)))
            as log_square_sum
    from changes
    group by source_system, hs6_code, country_of_origin_code, as_of_date
    -- an amendment that changes neither value nor mass leaves no row
    having sum(item_change) != 0 or sum(item_change * log_unit_value) != 0

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
