-- Grain: one row per current declaration with a trader and a day of registration (declaration_key).
-- The new idea: every later fact of a declaration stands with the day from which it was known. No
-- fact is known before the registration, whatever its own day says.
{{ config(materialized='table') }}
{% set facts = {
    'red': 'red_lanes.lane_set_date',
    'cancelled': 'closures.cancelled_date',
    'inspected': 'controls.inspected_date',
    'irregular': 'controls.irregular_date',
    'amended': 'amended.amended_date',
} %}
with

versions as (

    select * from {{ ref('int_declaration_versions') }}
    where is_current and trader_id is not null and registered_date is not null

),

totals as (

    select * from {{ ref('int_declaration_versions_totalled') }}

),

red_lanes as (

    select
        declaration_key,
        lane_set_date
    from {{ ref('int_declaration_lanes') }}
    where control_channel = 'red'

),

closures as (

    select * from {{ ref('int_declaration_closures') }}

),

controls as (

    select * from {{ ref('int_declaration_controls') }}

),

amended as (

    select
        declaration_key,
        min({{ office_date('coalesce(amended_at, received_at)') }}) as amended_date
    from {{ ref('int_declaration_amendments_linked') }}
    where declaration_key is not null
    group by declaration_key

),

dated as (

    -- no match in a table below: the declaration has no such fact
    select
        versions.declaration_key,
        versions.source_system,
        versions.trader_id,
        versions.registered_date,
        {% for fact, day in facts.items() %}
            case when {{ day }} is not null then greatest(versions.registered_date, {{ day }}) end
                as {{ fact }}_date,
        {% endfor %}
        coalesce(totals.item_count, 0) as item_count,
        coalesce(totals.items_customs_value_vnd, 0) as customs_value_vnd
    from versions
    left join totals
        on
            versions.declaration_key = totals.declaration_key
            and versions.declaration_version = totals.declaration_version
    left join red_lanes on versions.declaration_key = red_lanes.declaration_key
    left join closures on versions.declaration_key = closures.declaration_key
    left join controls on versions.declaration_key = controls.declaration_key
    left join amended on versions.declaration_key = amended.declaration_key

)

select * from dated
