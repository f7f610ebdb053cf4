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
        event_code = 'HUY' as is_cancelled
    from events
    where event_code in ('HUY', 'TU_CHOI')

    union all

    select
        declaration_key,
        true as is_cancelled
    from amendments
    where 'INV' in (function_name, function_code) and declaration_key is not null

),

closures as (

    select
        declaration_key,
        bool_or(is_cancelled) as is_cancelled,
        bool_or(not is_cancelled) as is_refused
    from endings
    group by declaration_key

)

select * from closures
