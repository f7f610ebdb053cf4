-- Grain: one row per span in which a goods item with a value and a mass stood (source_system,
-- declaration_number, declaration_version, item_number, recorded_from, from_date).
-- The new idea: the logarithm of the VND per kg, rounded to a decimal before anything is summed, so
-- that sums do not depend on the order of the rows.
with

items as (

    select * from {{ ref('int_goods_item_spans') }}

),

logged as (

    select
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        recorded_from,
        hs6_code,
        country_of_origin_code,
        from_date,
        to_date,
        cast(
            round(ln(cast(customs_value_vnd as double) / cast(net_mass_kg as double)), 9)
            as decimal(18, 9)
        ) as log_unit_value
    from items
    where
        customs_value_vnd > 0
        and net_mass_kg > 0
        and hs6_code is not null
        and country_of_origin_code is not null

)

select * from logged
