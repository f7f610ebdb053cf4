-- Grain: one row per record of an amendment line (source_system, amendment_number,
-- amendment_line_number, recorded_from).
with

source as (

    select * from {{ source('bronze', 'declaration_amendment') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'declaration_number') }} as declaration_key,
        {{ declaration_key('source_system', 'message_reference_number') }} as message_key,
        source_system,
        amendment_number,
        amendment_line_number,
        declaration_number,
        item_number,
        -- codes
        tax_type_code,
        function_code,
        function_name,
        reason_code,
        pointers_text,
        -- measures
        before_vnd,
        after_vnd,
        goods_item_count,
        -- times
        amended_at,
        -- the record
        coalesce(sequence_number, receipt_number) as recorded_from,
        operation_code,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
