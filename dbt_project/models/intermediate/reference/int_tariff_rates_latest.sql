-- Grain: one row per listed rate (source_system, rate_kind_code, tariff_schedule_code,
-- country_group_code, tariff_line_code, valid_from_date).
with

records as (

    select * from {{ ref('stg_bronze__tariff_rate') }}

),

rates as (

    {{ latest_records(
        'records',
        [
            'source_system', 'rate_kind_code', 'tariff_schedule_code', 'country_group_code',
            'tariff_line_code', 'valid_from_date',
        ]
    ) }}

)

select * from rates
