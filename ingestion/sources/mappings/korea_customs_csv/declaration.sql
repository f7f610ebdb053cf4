-- Headers. What no field of the contract holds stays in the extras, and is content.
with

korea as (

    select
        *,
        json_object(
            'Process Type', "Process Type",
            'Import Use', "Import Use",
            'Seller ID', "Seller ID",
            'Courier ID', "Courier ID"
        ) as held
    from korea_declaration

)

select
    korea.record_number,
    korea."Declaration ID" as declaration_number,
    '0' as declaration_version,
    'import' as direction_code,
    korea."Import Type" as regime_code,
    korea."Office ID" as customs_office_code,
    korea."Importer ID" as trader_id,
    korea."Declarant ID" as declarant_id,
    korea."Country of Departure" as country_of_export_code,
    korea."Payment Type" as payment_method_code,
    'KRW' as invoice_currency_code,
    '1' as goods_item_count,
    instant(korea."Date", '+07:00') as registered_at,
    coalesce(
        transport_mode.to_code, '?' || korea."Mode of Transport"
    ) as transport_mode_code,
    cast(json_merge_patch(coalesce(korea.extras, '{}'), korea.held) as varchar) as extras,
    cast(korea.held as varchar) as further_content,
    errors(
        case
            when not regexp_full_match(korea."Declaration ID", '[0-9]+')
                then 'E_PATTERN:declaration_number'
        end,
        case when korea."Import Type" is null then 'E_REQUIRED:regime_code' end,
        case
            when korea."Office ID" is null then 'E_REQUIRED:customs_office_code'
            when not regexp_full_match(korea."Office ID", '[0-9]{1,4}')
                then 'E_PATTERN:customs_office_code'
        end,
        case
            when korea."Importer ID" is null then 'E_REQUIRED:trader_id'
            when is_spoiled_id(korea."Importer ID") then 'E_PATTERN:trader_id'
        end,
        case
            when korea."Declarant ID" is null then 'E_REQUIRED:declarant_id'
            when is_spoiled_id(korea."Declarant ID") then 'E_PATTERN:declarant_id'
        end,
        case when korea."Date" is null then 'E_REQUIRED:registered_at' end,
        case when korea."Mode of Transport" is null then 'E_REQUIRED:transport_mode_code' end
    ) as mapping_errors
from korea
-- no match: an unknown mode, which the contract's list refuses
left join crosswalk as transport_mode
    on
        transport_mode.name = 'korea_transport_mode'
        and korea."Mode of Transport" = transport_mode.from_code
