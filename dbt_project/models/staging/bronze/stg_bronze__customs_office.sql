-- Grain: one row per record of an office (source_system, customs_office_code, valid_from_date,
-- recorded_from).
with

source as (

    select * from {{ source('bronze', 'customs_office') }}

),

renamed as (

    select
        -- ids
        source_system,
        customs_office_code,
        parent_office_code,
        successor_office_code,
        -- what it is
        office_name,
        role_code,
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
