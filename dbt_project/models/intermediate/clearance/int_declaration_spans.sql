-- Grain: one row per declaration and span of days in which one of its versions stood
-- (declaration_key, from_date).
-- The new idea: at the end of a day the highest version stands that was declared by then and not
-- withdrawn yet. A later amendment or correction begins a span of its own and rewrites no earlier
-- one; one that is registered in the future ends the span before it and has none.
{{ config(materialized='table') }}

with

versions as (

    select * from {{ ref('int_declaration_versions_dated') }}

),

days as (

    select
        declaration_key,
        from_date as change_date
    from versions

    union

    select
        declaration_key,
        to_date as change_date
    from versions
    where to_date is not null

),

placed as (

    select
        days.declaration_key,
        days.change_date,
        versions.declaration_version,
        versions.source_system,
        versions.trader_id,
        versions.is_registered_in_future,
        row_number() over (
            partition by days.declaration_key, days.change_date
            order by versions.declaration_version desc
        ) as place
    from days
    -- no match: none stands any more
    left join versions
        on
            days.declaration_key = versions.declaration_key
            and days.change_date >= versions.from_date
            and (versions.to_date is null or days.change_date < versions.to_date)

),

compared as (

    select
        *,
        lag(declaration_version) over day_order as version_before,
        lag(trader_id) over day_order as trader_before,
        lag(is_registered_in_future) over day_order as in_future_before
    from placed
    where place = 1
    window day_order as (
        partition by declaration_key
        order by change_date
    )

),

spans as (

    select
        declaration_key,
        declaration_version,
        source_system,
        trader_id,
        is_registered_in_future,
        change_date as from_date,
        lead(change_date) over (
            partition by declaration_key
            order by change_date
        ) as to_date
    from compared
    -- most records that replace another change nothing of this
    where
        declaration_version is distinct from version_before
        or trader_id is distinct from trader_before
        or is_registered_in_future is distinct from in_future_before

)

select
    declaration_key,
    declaration_version,
    source_system,
    trader_id,
    from_date,
    to_date
from spans
-- null where none stands
where not is_registered_in_future
