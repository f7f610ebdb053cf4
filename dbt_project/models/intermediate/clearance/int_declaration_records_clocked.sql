-- Grain: one row per recorded state of a declaration version (source_system, declaration_number,
-- declaration_version, recorded_from).
-- The new idea: the second clock, what the lake knew from when to when.
with

records as (

    select * from {{ ref('stg_bronze__declaration') }}

),

clocked as (

    {{ recorded_clock('records', ['declaration_key', 'declaration_version']) }}

),

flagged as (

    {{ with_order_doubt('clocked', 'declaration') }}

)

select * from flagged
