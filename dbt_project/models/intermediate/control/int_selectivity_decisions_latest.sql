-- Grain: one row per declaration for which a lane was decided (source_system, declaration_number).
with

decisions as (

    {{ latest('selectivity_decision') }}

),

flagged as (

    {{ with_order_doubt('decisions', 'selectivity_decision') }}

)

select * from flagged
