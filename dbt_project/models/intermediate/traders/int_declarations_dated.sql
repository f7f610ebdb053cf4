-- Grain: one row per declaration that ever stood (declaration_key).
-- The new idea: every later fact of a declaration stands with the day from which it was known. No
-- fact is known before the registration, whatever its own day says.
{{ config(materialized='table') }}
{% set facts = {
    'red': 'lanes.red_date',
    'cancelled': 'closures.cancelled_date',
    'inspected': 'controls.inspected_date',
    'irregular': 'controls.irregular_date',
    'amended': 'amended.amended_date',
} %}
with

declarations as (

    select
        declaration_key,
        min(from_date) as declared_date
    from {{ ref('int_declaration_spans') }}
    group by declaration_key

),

lanes as (

    select * from {{ ref('int_declaration_lanes') }}

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
        min({{ known_date('amended_at', 'received_at') }}) as amended_date
    from {{ ref('int_declaration_amendments_linked') }}
    where declaration_key is not null
    group by declaration_key

),

dated as (

    -- no match in a table below: the declaration has no such fact
    select
        {% for fact, day in facts.items() %}
            case when {{ day }} is not null then greatest(declarations.declared_date, {{ day }}) end
                as {{ fact }}_date,
        {% endfor %}
        declarations.declaration_key
    from declarations
    left join lanes on declarations.declaration_key = lanes.declaration_key
    left join closures on declarations.declaration_key = closures.declaration_key
    left join controls on declarations.declaration_key = controls.declaration_key
    left join amended on declarations.declaration_key = amended.declaration_key

)

select * from dated
