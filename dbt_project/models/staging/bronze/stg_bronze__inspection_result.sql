-- Grain: one row per record of an inspection line (source_system, inspection_number,
-- inspection_line_number, recorded_from).
with

source as (

    select * from {{ source('bronze', 'inspection_result') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'declaration_number') }} as declaration_key,
        source_system,
        inspection_number,
        inspection_line_number,
        declaration_number,
        item_number,
        officer_id,
        -- codes
        method_code,
        outcome,
        severity_code,
        irregularity_type_code,
        -- measures
        additional_duty_vnd,
        -- times
        started_at,
        ended_at,
        {{ office_date('ended_at') }} as ended_date,
        -- the record
        sequence_number,
        coalesce(sequence_number, receipt_number) as recorded_from,
        operation_code,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
