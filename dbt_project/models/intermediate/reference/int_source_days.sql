-- Grain: one row per source and kind of moment (source_system, moment).
-- The new idea: the one notion of the last day that is known. What is dated later than its own
-- receipt moves it nowhere.
with

registrations as (

    select
        source_system,
        'registration' as moment,
        max(registered_date) as last_date
    from {{ ref('int_declaration_records_clocked') }}
    where
        recorded_to is null
        and not is_withdrawn
        and not is_registered_in_future
    group by source_system

),

inspections as (

    select
        source_system,
        'inspection' as moment,
        max(ended_date) as last_date
    from {{ ref('int_inspections_latest') }}
    where not {{ is_in_future('ended_at', 'received_at') }}
    group by source_system

),

days as (

    select * from registrations

    union all

    select * from inspections

),

known as (

    select * from days
    where last_date is not null

)

select * from known
