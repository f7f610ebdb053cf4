-- Grain: one row per record of an amendment line (source_system, amendment_number,
-- amendment_line_number, recorded_from).
with

source as (

    {{ numbered_references('declaration_amendment') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'reference_number') }} as declaration_key,
        {{ declaration_key('source_system', 'message_reference_number') }} as message_key,
        source_system,
        amendment_number,
        amendment_line_number,
        declaration_number,
        -- whether the message says the number that customs gave
        coalesce(declaration_number <> message_reference_number, true) as is_by_number,
        reference_owner_id,
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
        coalesce(json_extract_string(extras, '$.number_names_party') = 'true', false)
            as is_number_telling,
        sequence_number,
        coalesce(sequence_number, receipt_number) as recorded_from,
        operation_code,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
