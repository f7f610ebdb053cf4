-- Grain: one row per delivery that was taken back (receipt_number).
with

first_withdrawals as (

    select
        receipt_number,
        min(withdrawn_at) as withdrawn_at
    from {{ source('bronze', 'delivery_withdrawal') }}
    group by receipt_number

)

select * from first_withdrawals
