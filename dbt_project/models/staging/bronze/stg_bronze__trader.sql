-- Grain: one row per record of a trader in a monthly snapshot (source_system, trader_id,
-- snapshot_month, recorded_from).
with

source as (

    select * from {{ source('bronze', 'trader') }}

),

renamed as (

    select
        -- ids
        source_system,
        trader_id,
        previous_trader_id,
        -- codes and names
        trader_kind_code,
        trader_name,
        province_code,
        legal_form_code,
        industry_code,
        status_code,
        is_priority,
        -- measures
        capital_vnd,
        employee_count,
        -- times
        snapshot_month,
        founded_date,
        updated_date,
        -- the record
        receipt_number as recorded_from,
        received_at,
        receipt_number,
        record_number
    from source

)

select * from renamed
