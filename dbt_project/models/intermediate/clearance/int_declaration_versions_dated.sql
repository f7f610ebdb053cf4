-- Grain: one row per recorded state of a declaration version that ever stood (declaration_key,
-- declaration_version, recorded_from).
-- The new idea: the day on which a version was declared. The registration stands on every version,
-- so a later one is dated by its amendment event (SUA, in their order), else by a registration of
-- its own, else by its receipt, as what is registered in the future is. A record that replaces one
-- of its version counts from its receipt.
{{ config(materialized='table') }}

with

records as (

    select
        declaration_key,
        declaration_version,
        source_system,
        trader_id,
        registered_date,
        is_registered_in_future,
        recorded_from,
        {{ office_date('received_at') }} as received_date,
        {{ office_date('recorded_to_at') }} as to_date,
        recorded_from = min(recorded_from) over (
            partition by declaration_key, declaration_version
        ) as is_first
    from {{ ref('int_declaration_records_clocked') }}
    where registered_date is not null and {{ was_known() }}

),

amendments as (

    select
        declaration_key,
        {{ known_date('occurred_at', 'received_at') }} as amended_date,
        row_number() over (
            partition by declaration_key
            order by recorded_from
        ) as declaration_version
    from {{ ref('int_declaration_events_accepted') }}
    where event_code = 'SUA'

),

declared as (

    select
        records.*,
        case
            when records.is_registered_in_future or not records.is_first
                then records.received_date
            when amendments.amended_date is not null then amendments.amended_date
            when records.registered_date > coalesce(
                lag(records.registered_date) over version_order, date '0001-01-01'
            ) then records.registered_date
            else records.received_date
        end as declared_date
    from records
    -- no match: no event of this amendment came
    left join amendments
        on
            records.declaration_key = amendments.declaration_key
            and records.declaration_version = amendments.declaration_version
    -- the first record of a version stands beside the first one of the version before
    window version_order as (
        partition by records.declaration_key, records.is_first
        order by records.declaration_version
    )

),

earliest as (

    -- nothing is declared before its registration
    select
        *,
        greatest(declared_date, case when not is_registered_in_future then registered_date end)
            as earliest_date
    from declared

),

dated as (

    select
        declaration_key,
        declaration_version,
        source_system,
        trader_id,
        is_registered_in_future,
        recorded_from,
        -- ordered by version, never by wall clock; a later correction moves no other version
        greatest(
            earliest_date,
            max(case when is_first then earliest_date end) over (
                partition by declaration_key
                order by declaration_version
            )
        ) as from_date,
        to_date
    from earliest

)

select * from dated
where to_date is null or to_date > from_date
