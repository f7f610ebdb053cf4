-- Grain: one row per trader and day on which something changed (source_system, trader_id,
-- as_of_date); every figure is cumulative through the end of that day.
with

days as (

    select * from {{ ref('int_trader_days_changed') }}

),

running as (

    select
        source_system,
        trader_id,
        as_of_date,
        cast(sum(declaration_count) over through_day as bigint) as declaration_count,
        cast(sum(item_count) over through_day as bigint) as item_count,
        cast(sum(customs_value_vnd) over through_day as decimal(38, 0)) as customs_value_vnd,
        cast(sum(red_count) over through_day as bigint) as red_count,
        cast(sum(cancelled_count) over through_day as bigint) as cancelled_count,
        cast(sum(amended_count) over through_day as bigint) as amended_count,
        cast(sum(inspected_count) over through_day as bigint) as inspected_count,
        cast(sum(irregular_count) over through_day as bigint) as irregular_count,
        -- a trader's first change is always a registration
        min(as_of_date) over through_day as first_registered_date
    from days
    window through_day as (
        partition by source_system, trader_id
        order by as_of_date
        rows between unbounded preceding and current row
    )

)

select * from running
