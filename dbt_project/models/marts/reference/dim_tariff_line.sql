-- Grain: one row per tariff line, kind of rate, schedule, country group and day from which the rate
-- holds (source_system, tariff_line_code, rate_kind_code, tariff_schedule_code, country_group_code,
-- valid_from_date).
with

rates as (

    {{ latest('tariff_rate') }}

),

selected as (

    select
        source_system,
        tariff_line_code,
        left(tariff_line_code, 6) as hs6_code,
        rate_kind_code,
        tariff_schedule_code,
        country_group_code,
        valid_from_date,
        valid_to_date,
        rate_text
    from rates

)

select * from selected
