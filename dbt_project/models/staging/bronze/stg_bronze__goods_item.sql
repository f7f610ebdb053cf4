-- Grain: one row per record of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from).
with

source as (

    {{ numbered_references('goods_item') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'reference_number') }} as declaration_key,
        source_system,
        reference_number as declaration_number,
        declaration_version,
        item_number,
        -- codes and texts
        tariff_line_code,
        left(tariff_line_code, 6) as hs6_code,
        goods_description,
        country_of_origin_code,
        tariff_schedule_code,
        first_quantity_unit_code,
        second_quantity_unit_code,
        invoice_currency_code as stated_currency_code,
        -- measures
        first_quantity,
        second_quantity,
        net_mass_kg as stated_net_mass_kg,
        invoice_amount,
        customs_value_vnd as stated_customs_value_vnd,
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
