-- What the history of unit values ends at is the current items with a value and a mass: each
-- counted once, those that were amended away not at all.
with

last_rows as (

    select
        source_system,
        sum(item_count) as item_count
    from (
        select
            source_system,
            item_count,
            row_number() over (
                partition by source_system, hs6_code, country_of_origin_code
                order by as_of_date desc
            ) as from_last
        from {{ ref('profile_unit_value_day') }}
    ) as numbered
    where from_last = 1
    group by source_system

),

items as (

    select
        items.source_system,
        count(*) as item_count
    from {{ ref('fct_goods_item') }} as items
    inner join {{ ref('fct_declaration') }} as declarations
        on
            items.source_system = declarations.source_system
            and items.declaration_number = declarations.declaration_number
    inner join {{ ref('int_declaration_versions') }} as versions
        on
            declarations.source_system = versions.source_system
            and declarations.declaration_number = versions.declaration_number
            and declarations.declaration_version = versions.declaration_version
    where
        items.customs_value_vnd > 0
        and items.net_mass_kg > 0
        and items.hs6_code is not null
        and items.country_of_origin_code is not null
        and items.has_declaration
        and declarations.registered_date is not null
        and not versions.is_registered_in_future
    group by items.source_system

)

select
    items.source_system,
    items.item_count,
    last_rows.item_count as profile_count
from items
full outer join last_rows on items.source_system = last_rows.source_system
-- a source whose items were all amended away ends at none, and has none
where coalesce(items.item_count, 0) != coalesce(last_rows.item_count, 0)
