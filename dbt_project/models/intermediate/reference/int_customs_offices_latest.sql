-- Grain: one row per office and day from which its entry holds (source_system, customs_office_code,
-- valid_from_date).
with

records as (

    select * from {{ ref('stg_bronze__customs_office') }}

),

offices as (

    {{ latest_records('records', ['source_system', 'customs_office_code', 'valid_from_date']) }}

)

select * from offices
