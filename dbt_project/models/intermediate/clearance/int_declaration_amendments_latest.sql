-- Grain: one row per amendment line (source_system, amendment_number, amendment_line_number).
with

records as (

    select * from {{ ref('stg_bronze__declaration_amendment') }}

),

amendments as (

    {{ latest_records(
        'records', ['source_system', 'amendment_number', 'amendment_line_number']
    ) }}

),

standing as (

    select * from amendments
    where operation_code is distinct from 'D'

),

flagged as (

    {{ with_order_doubt('standing', 'declaration_amendment') }}

)

select * from flagged
