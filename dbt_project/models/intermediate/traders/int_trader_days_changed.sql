-- Grain: one row per trader and day on which something changed (source_system, trader_id,
-- as_of_date).
with

milestones as (

    select * from {{ ref('int_declaration_milestones') }}

),

days as (

    select
        source_system,
        trader_id,
        as_of_date,
        count(case when milestone = 'registered' then 1 end) as declaration_count,
        sum(item_count) as item_count,
        sum(customs_value_vnd) as customs_value_vnd,
        count(case when milestone = 'red' then 1 end) as red_count,
        count(case when milestone = 'cancelled' then 1 end) as cancelled_count,
        count(case when milestone = 'amended' then 1 end) as amended_count,
        count(case when milestone = 'inspected' then 1 end) as inspected_count,
        count(case when milestone = 'irregular' then 1 end) as irregular_count
    from milestones
    group by source_system, trader_id, as_of_date

)

select * from days
