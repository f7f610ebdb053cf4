-- name: goods_item_inputs
-- One row per item of `item_key` that was registered in a month, with everything a feature may read:
-- the item and its declaration as in that version, and both profiles as of the end of the day before
-- registration. The one extraction for training, for scoring and for reasons.
with

items as (

    select
        -- Its columns differ with who chose the items.
        item_key.*,
        items.hs6_code,
        items.country_of_origin_code,
        items.customs_value_vnd,
        items.net_mass_kg,
        items.supplementary_quantity,
        items.tariff_schedule_code
    from marts.fct_goods_item_version as items
    inner join item_key
        on
            items.source_system = item_key.source_system
            and items.declaration_number = item_key.declaration_number
            and items.declaration_version = item_key.declaration_version
            and items.item_number = item_key.item_number
    where
        items.recorded_to is null
        and not items.is_withdrawn
        and items.registered_date >= cast($first_date as date)
        and items.registered_date < cast($end_date as date)

),

declarations as (

    select *
    from marts.fct_declaration_version
    semi join items using (source_system, declaration_number, declaration_version)
    where
        recorded_to is null
        and not is_withdrawn
        and registered_date >= cast($first_date as date)
        and registered_date < cast($end_date as date)

),

declared_items as (

    select
        items.*,
        declarations.trader_id,
        declarations.direction_code,
        declarations.regime_code,
        declarations.customs_office_code,
        declarations.transport_mode_code,
        declarations.foreign_party_country_code,
        declarations.valuation_method_code,
        declarations.incoterm_code,
        declarations.registered_at,
        declarations.goods_item_count,
        declarations.gross_mass_kg,
        declarations.customs_value_vnd as declaration_customs_value_vnd,
        declarations.duty_tax_vnd as declaration_duty_tax_vnd
    from items
    -- No match: the declaration has not come yet; its columns stay null.
    left join declarations
        on
            items.source_system = declarations.source_system
            and items.declaration_number = declarations.declaration_number
            and items.declaration_version = declarations.declaration_version

),

-- Of each trader the last day before the month, from which on his days can matter.
trader_starts as (

    select
        source_system,
        trader_id,
        max(as_of_date) filter (where as_of_date < cast($first_date as date)) as start_date
    from marts.profile_trader_day
    semi join declared_items using (source_system, trader_id)
    group by source_system, trader_id

),

trader_days as (

    select *
    from marts.profile_trader_day
    inner join trader_starts using (source_system, trader_id)
    where
        as_of_date < cast($end_date as date)
        and (start_date is null or as_of_date >= start_date)

),

unit_value_starts as (

    select
        source_system,
        hs6_code,
        country_of_origin_code,
        max(as_of_date) filter (where as_of_date < cast($first_date as date)) as start_date
    from marts.profile_unit_value_day
    semi join declared_items using (source_system, hs6_code, country_of_origin_code)
    group by source_system, hs6_code, country_of_origin_code

),

unit_value_days as (

    select *
    from marts.profile_unit_value_day
    inner join unit_value_starts using (source_system, hs6_code, country_of_origin_code)
    where
        as_of_date < cast($end_date as date)
        and (start_date is null or as_of_date >= start_date)

)

select
    items.*,
    traders.declaration_count as trader_declaration_count,
    traders.item_count as trader_item_count,
    traders.customs_value_vnd as trader_customs_value_vnd,
    traders.cancelled_count as trader_cancelled_count,
    traders.amended_count as trader_amended_count,
    traders.inspected_count as trader_inspected_count,
    traders.irregular_count as trader_irregular_count,
    traders.first_registered_date as trader_first_registered_date,
    unit_values.item_count as unit_value_item_count,
    unit_values.log_unit_value_sum as unit_value_log_sum,
    unit_values.log_unit_value_square_sum as unit_value_log_square_sum
from declared_items as items
-- Strictly before the day of registration: the same row that the lane service looks up that day.
asof left join trader_days as traders
    on
        items.source_system = traders.source_system
        and items.trader_id = traders.trader_id
        and items.registered_date > traders.as_of_date
asof left join unit_value_days as unit_values
    on
        items.source_system = unit_values.source_system
        and items.hs6_code = unit_values.hs6_code
        and items.country_of_origin_code = unit_values.country_of_origin_code
        and items.registered_date > unit_values.as_of_date
