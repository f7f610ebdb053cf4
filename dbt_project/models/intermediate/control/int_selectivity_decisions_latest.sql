-- Grain: one row per declaration for which a lane was decided (source_system, declaration_number).
with

decisions as (

    {{ latest('selectivity_decision') }}

),

standing as (

    select * from decisions
    where operation_code is distinct from 'D'

),

flagged as (

    {{ with_order_doubt('standing', 'selectivity_decision') }}

)

select * from flagged
