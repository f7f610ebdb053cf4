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

standing as (

    select
        days.declaration_key,
        days.change_date,
        versions.declaration_version,
        versions.source_system,
        versions.trader_id,
        versions.is_registered_in_future
    from days
    -- no match: none stands any more
    left join versions
        on
            days.declaration_key = versions.declaration_key
            and days.change_date >= versions.from_date
            and (versions.to_date is null or days.change_date < versions.to_date)
    qualify
        row_number() over (
            partition by days.declaration_key, days.change_date
            order by versions.declaration_version desc
        ) = 1

),

changed as (

    -- most records that replace another change nothing of this
    select * from standing
    qualify
        row(declaration_version, trader_id, is_registered_in_future) is distinct from
        lag(row(declaration_version, trader_id, is_registered_in_future)) over (
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
    from changed

)

select * exclude (is_registered_in_future) from spans
where declaration_version is not null and not is_registered_in_future
