-- Grain: one row per declaration with a lane (declaration_key).
-- The new idea: the final lane is the last one that an event set; where no event tells, the
-- decision's.
{{ config(materialized='table') }}

with

events as (

    select * from {{ ref('int_declaration_events_accepted') }}

),

decisions as (

    select * from {{ ref('int_selectivity_decisions_latest') }}

),

lanes as (

    select
        declaration_key,
        1 as precedence,
        recorded_from,
        -- GIA_TRI of LUONG and CHUYEN_LUONG
        case value_text when '1' then 'green' when '2' then 'yellow' when '3' then 'red' end
            as control_channel
    from events
    where event_code in ('LUONG', 'CHUYEN_LUONG')

    union all

    select
        declaration_key,
        2 as precedence,
        recorded_from,
        control_channel
    from decisions

),

placed as (

    select
        declaration_key,
        control_channel,
        row_number() over (
            partition by declaration_key
            order by precedence asc, recorded_from desc
        ) as place
    from lanes
    where control_channel is not null

)

select
    declaration_key,
    control_channel
from placed
where place = 1
