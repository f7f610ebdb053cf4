-- Grain: one row per official rate (source_system, currency_code, valid_from_date).
-- The new idea: a rate holds until the next one of its currency.
with

rates as (

    {{ latest('exchange_rate') }}

),

dated as (

    select
        source_system,
        currency_code,
        valid_from_date,
        lead(valid_from_date) over (
            partition by source_system, currency_code
            order by valid_from_date
        ) as valid_to_date,
        rate_vnd
    from rates

)

select * from dated
