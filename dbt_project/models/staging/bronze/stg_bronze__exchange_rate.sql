-- Grain: one row per record of an official rate (source_system, valid_from_date, currency_code,
-- recorded_from).
with

source as (

    select * from {{ source('bronze', 'exchange_rate') }}

),

renamed as (

    select
        -- ids
        source_system,
        currency_code,
        -- measures
        rate_vnd,
        -- times
        valid_from_date,
        -- the record
        receipt_number as recorded_from,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
