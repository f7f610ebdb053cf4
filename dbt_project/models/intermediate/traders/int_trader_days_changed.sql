-- Grain: one row per trader and day on which something changed (source_system, trader_id,
-- as_of_date).
{% set milestones = {
    'declaration_count': 'registered',
    'red_count': 'red',
    'cancelled_count': 'cancelled',
    'amended_count': 'amended',
    'inspected_count': 'inspected',
    'irregular_count': 'irregular',
} %}
with

milestones as (

    select * from {{ ref('int_declaration_milestones') }}

),

items as (

    select * from {{ ref('int_goods_item_spans') }}
    where trader_id is not null

),

changes as (

    {% for day, sign in [('from_date', 1), ('to_date', -1)] %}
        select
            source_system,
            trader_id,
            {{ day }} as as_of_date,
            milestone,
            {{ sign }} as sign,
            0 as item_change,
            0 as value_change
        from milestones
        where {{ day }} is not null

        union all

        select
            source_system,
            trader_id,
            {{ day }} as as_of_date,
            null as milestone,
            0 as sign,
            {{ sign }} as item_change,
            {{ sign }} * coalesce(customs_value_vnd, 0) as value_change
        from items
        where {{ day }} is not null

        {{ 'union all' if not loop.last }}
    {% endfor %}

),

days as (

    select
        source_system,
        trader_id,
        as_of_date,
        {% for column, milestone in milestones.items() %}
            sum(case when milestone = '{{ milestone }}' then sign else 0 end) as {{ column }},
        {% endfor %}
        sum(item_change) as item_count,
        sum(value_change) as customs_value_vnd
    from changes
    group by source_system, trader_id, as_of_date

),

changed as (

    -- an amendment that changes nothing of all this leaves no row
    select * from days
    where
        item_count != 0 or customs_value_vnd != 0
        {% for column in milestones %}
            or {{ column }} != 0
        {% endfor %}

)

select * from changed
