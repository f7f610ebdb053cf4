-- Grain: one row per event of a declaration that happened (source_system, declaration_number,
-- recorded_from). The source numbers every event, so withdrawing one (operation D) has a number of
-- its own.
with

events as (

    {{ latest('declaration_event') }}

),

accepted as (

    select
        declaration_key,
        source_system,
        declaration_number,
        event_code,
        value_text,
        occurred_at,
        received_at,
        recorded_from
    from events

)

select * from accepted
