-- Grain: one row per recorded state of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from).
-- The new idea: the second clock, what the lake knew from when to when. An item that a message
-- stated stands until the next message of its declaration.
with

clocked as (

    {{ clocked('goods_item', messages=ref('int_declaration_messages')) }}

),

flagged as (

    {{ with_order_doubt('clocked', 'goods_item') }}

),

selected as (

    select
        declaration_key,
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        tariff_line_code,
        left(tariff_line_code, 6) as hs6_code,
        goods_description,
        country_of_origin_code,
        tariff_schedule_code,
        first_quantity,
        first_quantity_unit_code,
        second_quantity,
        second_quantity_unit_code,
        net_mass_kg as stated_net_mass_kg,
        invoice_amount,
        invoice_currency_code as stated_currency_code,
        customs_value_vnd as stated_customs_value_vnd,
        received_at,
        recorded_from,
        recorded_to,
        recorded_to_at,
        is_withdrawn,
        is_order_doubtful
    from flagged

)

select * from selected
