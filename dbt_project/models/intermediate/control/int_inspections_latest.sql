-- Grain: one row per inspection line (source_system, inspection_number, inspection_line_number).
with

records as (

    select * from {{ ref('stg_bronze__inspection_result') }}

),

results as (

    {{ latest_records(
        'records', ['source_system', 'inspection_number', 'inspection_line_number']
    ) }}

),

standing as (

    select * from results
    where operation_code is distinct from 'D'

),

flagged as (

    {{ with_order_doubt('standing', 'inspection_result') }}

)

select * from flagged
