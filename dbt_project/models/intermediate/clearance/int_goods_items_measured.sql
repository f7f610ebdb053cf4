-- Grain: one row per recorded state of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from).
-- The new idea: net mass in kg, from the quantity that is stated in a unit of mass.
with

items as (

    select * from {{ ref('int_goods_item_records_clocked') }}

),

mass_units as (

    select
        unit_code,
        kg_per_unit
    from {{ ref('mass_unit') }}

),

measured as (

    select
        items.*,
        case
            -- A mass beyond the column's range is unknown, it does not stop the build.
            when {{ of_source('mass_is_a_quantity', 'items.source_system') }}
                then try_cast(
                    coalesce(
                        round(items.second_quantity * second_units.kg_per_unit, 6),
                        round(items.first_quantity * first_units.kg_per_unit, 6)
                    ) as decimal(22, 6)
                )
            else items.stated_net_mass_kg
        end as net_mass_kg
    from items
    -- no match: the quantity is not a mass
    left join mass_units as first_units
        on items.first_quantity_unit_code = first_units.unit_code
    left join mass_units as second_units
        on items.second_quantity_unit_code = second_units.unit_code

)

select * from measured
