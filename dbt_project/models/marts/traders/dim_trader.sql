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
        capital_vnd,
        employee_count,
        previous_trader_id
    from traders

)

select * from selected
