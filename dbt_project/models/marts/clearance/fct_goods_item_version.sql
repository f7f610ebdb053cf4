-- Grain: one row per recorded state of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from), with both clocks. The current truth is
-- fct_goods_item.
{{ config(materialized=kept_as_view()) }}

with

items as (

    select * from {{ ref('int_goods_items_valued') }}

),

selected as (

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
        coalesce(customs_value_vnd = 0 or invoice_amount = 0, false) as is_zero_value,
        net_mass_kg,
        coalesce(net_mass_kg = 0, false) as is_zero_mass,
        first_quantity as supplementary_quantity,
        first_quantity_unit_code as supplementary_unit_code,
        tariff_schedule_code,
        has_declaration,
        is_tariff_line_listed,
        is_order_doubtful,
        declaration_version as valid_from,
        valid_to,
        recorded_from,
        recorded_to,
        registered_at as valid_from_at,
        received_at as recorded_from_at,
        recorded_to_at,
        is_withdrawn,
        is_current
    from items

)

select * from selected
