-- Grain: one row per statement that a delivery is taken back (receipt_number, withdrawn_at).
with

source as (

    select * from {{ source('bronze', 'delivery_withdrawal') }}

),

renamed as (

    select
        -- ids
        receipt_number,
        -- times
        withdrawn_at
    from source

)

select * from renamed
