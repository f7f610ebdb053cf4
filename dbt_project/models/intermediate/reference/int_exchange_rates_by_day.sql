-- Grain: one row per currency and day on which a declaration was registered (currency_code,
-- registered_date).
-- The new idea: rates are looked up by equality, so that converting an item is a plain join.
{{ config(materialized='table') }}

with

days as (

    select registered_date
    from {{ ref('int_declaration_versions') }}
    where registered_date is not null
    group by registered_date

),

rates as (

    select * from {{ ref('int_exchange_rates_dated') }}

),

rates_of_days as (

    select
        rates.currency_code,
        days.registered_date,
        rates.rate_vnd,
        row_number() over (
            partition by rates.currency_code, days.registered_date
            order by rates.valid_from_date desc, rates.source_system asc
        ) as place
    from days
    inner join rates
        on
            days.registered_date >= rates.valid_from_date
            and (days.registered_date < rates.valid_to_date or rates.valid_to_date is null)
)

select
    currency_code,
    registered_date,
    rate_vnd
from rates_of_days
-- should two sources publish a rate, the later one stands
where place = 1
