-- Grain: one row per declaration version that ever stood (declaration_key, declaration_version).
-- The new idea: the day on which a version was declared. The registration stands on every version,
-- so a later one is dated by its amendment event (SUA, in their order), else by a registration of
-- its own, else by its receipt, as what is registered in the future is.
{{ config(materialized='table') }}

with

records as (

    select
        *,
        max(recorded_from) over version_records as last_recorded_from,
        min(received_at) over version_records as first_received_at,
        -- received and withdrawn at once: it was never known to stand
        bool_or(recorded_to_at is null or recorded_to_at > received_at)
            over version_records as was_known
    from {{ ref('int_declaration_records_clocked') }}
    -- what was taken back with its delivery counts nowhere
    where not (is_withdrawn and recorded_to is null)
    window version_records as (partition by declaration_key, declaration_version)

),

versions as (

    select
        declaration_key,
        declaration_version,
        source_system,
        trader_id,
        registered_date,
        is_registered_in_future,
        {{ office_date('first_received_at') }} as received_date,
        case when is_withdrawn then {{ office_date('recorded_to_at') }} end as withdrawn_date
    from records
    where
        recorded_from = last_recorded_from
        and was_known
        and registered_date is not null

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
        versions.*,
        case
            when versions.is_registered_in_future then versions.received_date
            when versions.declaration_version = 0 then versions.registered_date
            when amendments.amended_date is not null then amendments.amended_date
            when versions.registered_date > coalesce(
                lag(versions.registered_date) over version_order, date '0001-01-01'
            ) then versions.registered_date
            else versions.received_date
        end as declared_date
    from versions
    -- no match: no event of this amendment came
    left join amendments
        on
            versions.declaration_key = amendments.declaration_key
            and versions.declaration_version = amendments.declaration_version
    window version_order as (
        partition by versions.declaration_key
        order by versions.declaration_version
    )

),

dated as (

    select
        declaration_key,
        declaration_version,
        source_system,
        trader_id,
        registered_date,
        is_registered_in_future,
        -- ordered by version, never by wall clock; nothing is declared before its registration
        max(
            greatest(
                declared_date, case when not is_registered_in_future then registered_date end
            )
        ) over (
            partition by declaration_key
            order by declaration_version
        ) as from_date,
        withdrawn_date
    from declared

)

select * from dated
where withdrawn_date is null or withdrawn_date > from_date
