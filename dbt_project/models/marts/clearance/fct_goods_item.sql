-- Grain: one row per goods item of a current declaration version, and of a version that was never
-- accepted, flagged (source_system, declaration_number, declaration_version, item_number).
{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('fct_goods_item_version') }}

),

current_versions as (

    select
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        registered_date,
        tariff_line_code,
        hs6_code,
        goods_description,
        country_of_origin_code,
        invoice_amount,
        invoice_currency_code,
        customs_value_vnd,
        is_rate_missing,
        is_zero_value,
        net_mass_kg,
        is_zero_mass,
        supplementary_quantity,
        supplementary_unit_code,
        tariff_schedule_code,
        has_declaration,
        is_tariff_line_listed,
        is_order_doubtful
    from versions
    where is_current

)

select * from current_versions
