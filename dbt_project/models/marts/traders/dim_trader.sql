-- Grain: one row per trader and monthly snapshot (source_system, trader_id, valid_from_date).
with

traders as (

    select * from {{ ref('int_traders_dated') }}

),

selected as (

    select
        source_system,
        trader_id,
        snapshot_month as valid_from_date,
        next_snapshot_month as valid_to_date,
        next_snapshot_month is null as is_current,
        trader_kind_code,
        trader_name,
        province_code,
        legal_form_code,
        industry_code,
        status_code,
        is_priority,
        founded_date,
        cast(year(founded_date) as integer) as founded_year,
        capital_vnd,
        {{ size_class('capital_vnd', 3000000000, 20000000000, 100000000000) }}
            as capital_class_code,
        employee_count,
        {{ size_class('employee_count', 10, 100, 200) }} as employee_class_code,
        previous_trader_id
    from traders

)

select * from selected
