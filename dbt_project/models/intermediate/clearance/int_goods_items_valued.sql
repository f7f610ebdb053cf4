-- Grain: one row per recorded state of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from).
-- The new idea: customs value in VND, as stated, else the invoice amount at the official rate of
-- the registration date; no rate, no conversion, and a flag. The only place that converts amounts.
{{ config(materialized='table') }}

with

items as (

    select * from {{ ref('int_goods_items_listed') }}

),

rates as (

    select * from {{ ref('int_exchange_rates_by_day') }}

),

rated as (

    select
        items.*,
        case
            when items.invoice_currency_code = 'VND' then cast(1 as decimal(18, 6))
            else rates.rate_vnd
        end as rate_vnd
    from items
    -- no match: the day is unknown or no official rate holds on it
    left join rates
        on
            items.invoice_currency_code = rates.currency_code
            and items.registered_date = rates.registered_date

),

valued as (

    select
        declaration_key,
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        tariff_line_code,
        hs6_code,
        goods_description,
        country_of_origin_code,
        tariff_schedule_code,
        first_quantity,
        first_quantity_unit_code,
        net_mass_kg,
        invoice_amount,
        invoice_currency_code,
        -- half up to the đồng; what the column cannot hold has no value, it does not stop the build
        coalesce(
            stated_customs_value_vnd,
            case
                -- a product that no decimal can hold stops an engine, in doubles none does
                when abs(cast(invoice_amount as double) * cast(rate_vnd as double)) < 1e21
                    then try_cast(round(invoice_amount * rate_vnd, 0) as decimal(20, 0))
            end
        ) as customs_value_vnd,
        stated_customs_value_vnd is null
        and invoice_amount is not null
        and rate_vnd is null as is_rate_missing,
        registered_at,
        registered_date,
        has_declaration,
        is_tariff_line_listed,
        is_order_doubtful,
        valid_to,
        recorded_from,
        recorded_to,
        received_at,
        recorded_to_at,
        is_withdrawn,
        is_current
    from rated

)

select * from valued
