-- The last row of every trader's profile has counted each of its dated declarations once.
with

last_rows as (

    select
        source_system,
        trader_id,
        declaration_count
    from (
        select
            *,
            row_number() over (
                partition by source_system, trader_id order by as_of_date desc
            ) as from_last
        from {{ ref('profile_trader_day') }}
    ) as numbered
    where from_last = 1

),

declarations as (

    select
        declarations.source_system,
        declarations.trader_id,
        count(*) as declaration_count
    from {{ ref('fct_declaration') }} as declarations
    inner join {{ ref('int_declaration_versions') }} as versions
        on
            declarations.source_system = versions.source_system
            and declarations.declaration_number = versions.declaration_number
            and declarations.declaration_version = versions.declaration_version
    where
        declarations.trader_id is not null
        and declarations.registered_date is not null
        and not versions.is_registered_in_future
    group by declarations.source_system, declarations.trader_id

)

select
    declarations.source_system,
    declarations.declaration_count,
    last_rows.declaration_count as profile_count
from declarations
full outer join last_rows
    on
        declarations.source_system = last_rows.source_system
        and declarations.trader_id = last_rows.trader_id
where
    coalesce(declarations.declaration_count, 0) != coalesce(last_rows.declaration_count, 0)
