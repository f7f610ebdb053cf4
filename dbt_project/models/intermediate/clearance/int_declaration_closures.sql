-- Grain: one row per declaration that was cancelled or refused (declaration_key).
-- The new idea: a declaration ends early by an event (HUY cancelled, TU_CHOI refused) or by a
-- message that invalidates it (INV). Such declarations stay in the marts, flagged.
{{ config(materialized='table') }}

with

events as (

    select * from {{ ref('int_declaration_events_accepted') }}

),

amendments as (

    select * from {{ ref('int_declaration_amendments_linked') }}

),

endings as (

    select
        declaration_key,
        event_code = 'HUY' as is_cancelled,
        {{ known_date('occurred_at', 'received_at') }} as ended_date
    from events
    where event_code in ('HUY', 'TU_CHOI')

    union all

    -- a message without a time of its own is known when it is received
    select
        declaration_key,
        true as is_cancelled,
        {{ known_date('amended_at', 'received_at') }} as ended_date
    from amendments
    where 'INV' in (function_name, function_code) and declaration_key is not null

),

closures as (

    select
        declaration_key,
        bool_or(is_cancelled) as is_cancelled,
        bool_or(not is_cancelled) as is_refused,
        min(case when is_cancelled then ended_date end) as cancelled_date
    from endings
    group by declaration_key

)

select * from closures
