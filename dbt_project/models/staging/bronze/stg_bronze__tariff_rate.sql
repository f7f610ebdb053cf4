-- Grain: one row per record of a listed rate (source_system, rate_kind_code, tariff_schedule_code,
-- country_group_code, tariff_line_code, valid_from_date, recorded_from).
with

source as (

    select * from {{ source('bronze', 'tariff_rate') }}

),

renamed as (

    select
        -- ids
        source_system,
        rate_kind_code,
        tariff_schedule_code,
        country_group_code,
        tariff_line_code,
        -- the rate
        rate_text,
        -- times
        valid_from_date,
        valid_to_date,
        -- the record
        receipt_number as recorded_from,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
