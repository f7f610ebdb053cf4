-- Grain: one row per declaration that is not withdrawn (source_system, declaration_number), as it
-- stands now. Cancelled and refused ones stay, flagged.
{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('fct_declaration_version') }}

),

current_versions as (

    select
        source_system,
        declaration_number,
        declaration_version,
        direction_code,
        regime_code,
        customs_office_code,
        registered_at,
        registered_date,
        trader_id,
        trader_name,
        declarant_id,
        foreign_party_country_code,
        transport_mode_code,
        goods_item_count,
        gross_mass_kg,
        valuation_method_code,
        incoterm_code,
        other_law_codes,
        invoice_currency_code,
        customs_value_vnd,
        duty_tax_vnd,
        control_channel,
        cleared_at,
        cleared_date,
        is_cancelled,
        is_refused,
        is_in_future,
        is_order_doubtful,
        is_complete,
        is_value_reconciled
    from versions
    where is_current

)

select * from current_versions
