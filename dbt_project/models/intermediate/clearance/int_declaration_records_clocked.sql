-- Grain: one row per recorded state of a declaration version (source_system, declaration_number,
-- declaration_version, recorded_from).
-- The new idea: the second clock, what the lake knew from when to when.
with

clocked as (

    {{ clocked('declaration') }}

),

dated as (

    select
        *,
        {{ office_date('registered_at') }} as registered_date,
        {{ is_in_future('registered_at', 'received_at') }} as is_registered_in_future
    from clocked

),

flagged as (

    {{ with_order_doubt('dated', 'declaration') }}

)

select * from flagged
