-- The one item of each declaration. Masses and prices are printed doubles with up to 17 digits;
-- they are rounded half up to four decimals here, where their spelling is known. A zero is kept.
with

korea as (

    select
        *,
        json_object(
            'Tax Rate', plain_number("Tax Rate"),
            'Tax Type', "Tax Type",
            'Country of Origin Indicator', "Country of Origin Indicator"
        ) as held
    from korea_declaration

)

select
    korea.record_number,
    korea."Declaration ID" as declaration_number,
    '0' as declaration_version,
    '1' as item_number,
    korea."HS6 Code" as tariff_line_code,
    korea."Country of Origin" as country_of_origin_code,
    'KRW' as invoice_currency_code,
    four_decimals(korea."Net Mass") as net_mass_kg,
    four_decimals(korea."Item Price") as invoice_amount,
    cast(json_merge_patch(coalesce(korea.extras, '{}'), korea.held) as varchar) as extras,
    cast(korea.held as varchar) as further_content,
    errors(
        case
            when not regexp_full_match(korea."Declaration ID", '[0-9]+')
                then 'E_PATTERN:declaration_number'
        end,
        case
            when not regexp_full_match(korea."HS6 Code", '[0-9]{6}')
                then 'E_PATTERN:tariff_line_code'
        end,
        case when korea."Country of Origin" is null then 'E_REQUIRED:country_of_origin_code' end,
        case when korea."Net Mass" is null then 'E_REQUIRED:net_mass_kg' end,
        case when korea."Item Price" is null then 'E_REQUIRED:invoice_amount' end
    ) as mapping_errors
from korea
