-- Grain: one row per record of a declaration version (source_system, declaration_number,
-- declaration_version, recorded_from), repeated deliveries included.
with

source as (

    {{ numbered_references('declaration') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'reference_number') }} as declaration_key,
        -- what later messages of the sender may call it
        case
            when source_system = 'wco_dec_xml'
                then {{ declaration_key(
                    'source_system',
                    "coalesce(json_extract_string(extras, '$.sender_reference_number'), declaration_number)"
                ) }}
        end as sender_key,
        source_system,
        reference_number as declaration_number,
        declaration_version,
        trader_id,
        declarant_id,
        -- codes and names
        direction_code,
        regime_code,
        customs_office_code,
        trader_name,
        foreign_party_country_code,
        transport_mode_code,
        gross_mass_unit_code,
        valuation_method_code,
        incoterm_code,
        other_law_codes,
        invoice_currency_code,
        -- measures
        goods_item_count,
        gross_mass_quantity,
        customs_value_vnd,
        duty_tax_vnd,
        -- times
        registered_at,
        {{ office_date('registered_at') }} as registered_date,
        {{ is_in_future('registered_at', 'received_at') }} as is_registered_in_future,
        cleared_at,
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
