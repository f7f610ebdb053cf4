-- Grain: one row per declaration for which a lane was decided (source_system, declaration_number).
with

records as (

    select * from {{ ref('stg_bronze__selectivity_decision') }}

),

decisions as (

    {{ latest_records('records', ['declaration_key']) }}

),

standing as (

    select * from decisions
    where operation_code is distinct from 'D'

),

flagged as (

    {{ with_order_doubt('standing', 'selectivity_decision') }}

)

select * from flagged
