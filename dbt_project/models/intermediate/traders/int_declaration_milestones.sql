-- Grain: one row per current declaration and thing that happened to it (declaration_key,
-- milestone).
-- The new idea: one long list of days, so that a trader's history is one aggregation and one
-- running sum. Items and values count once, at the registration.
with

declarations as (

    select * from {{ ref('int_declarations_dated') }}

),

milestones as (

    select
        declaration_key,
        source_system,
        trader_id,
        'registered' as milestone,
        registered_date as as_of_date,
        item_count,
        customs_value_vnd
    from declarations

    {% for milestone in ['red', 'cancelled', 'inspected', 'irregular', 'amended'] %}
        union all

        select
            declaration_key,
            source_system,
            trader_id,
            '{{ milestone }}' as milestone,
            {{ milestone }}_date as as_of_date,
            0 as item_count,
            0 as customs_value_vnd
        from declarations
        where {{ milestone }}_date is not null
    {% endfor %}

)

select * from milestones
