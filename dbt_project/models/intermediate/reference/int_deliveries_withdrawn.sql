-- Grain: one row per delivery that was taken back (receipt_number).
with

withdrawals as (

    select
        receipt_number,
        withdrawn_at
    from {{ ref('stg_bronze__delivery_withdrawal') }}

),

first_withdrawals as (

    select
        receipt_number,
        min(withdrawn_at) as withdrawn_at
    from withdrawals
    group by receipt_number

)

select * from first_withdrawals
