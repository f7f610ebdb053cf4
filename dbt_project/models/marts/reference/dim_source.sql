-- Grain: one row per source of declarations (source_system).
with

days as (

    select * from {{ ref('int_source_days') }}

),

sources as (

    select
        source_system,
        max(last_date) as as_of_date
    from days
    group by source_system

)

select * from sources
