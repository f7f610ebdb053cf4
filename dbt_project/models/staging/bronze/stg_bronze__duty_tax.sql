-- Grain: one row per record of a tax line (source_system, declaration_number, declaration_version,
-- item_number, tax_type_code, recorded_from).
with

source as (

    {{ numbered_references('duty_tax') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'reference_number') }} as declaration_key,
        source_system,
        reference_number as declaration_number,
        declaration_version,
        item_number,
        tax_type_code,
        -- measures
        base_vnd,
        assessed_vnd,
        exempted_vnd,
        rate_text,
        -- times
        due_date,
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
