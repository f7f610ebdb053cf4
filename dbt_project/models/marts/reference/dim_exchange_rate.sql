-- Grain: one row per official rate (source_system, currency_code, valid_from_date).
with

rates as (

    select * from {{ ref('int_exchange_rates_dated') }}

)

select * from rates
