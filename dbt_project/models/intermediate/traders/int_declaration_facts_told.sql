-- Grain: one row per fact of a declaration and days for which a record told it (declaration_key,
-- fact, from_date, to_date).
-- The new idea: a later fact of a declaration (red, cancelled, amended, inspected, irregular) is
-- known as long as a record tells it. The first record of its key that states a result (a lane, an
-- amendment) counts from the day that it states, one that replaces it from its receipt, and both
-- until they are replaced or withdrawn.
-- Events are only added, so they tell for good: once red stays known. An inspection that is not
-- finished tells nothing; one whose day no source tells counts in totals, never in a history.
{% set tellings = [
    ('inspected', 'results', 'true'),
    ('irregular', 'results', "outcome = 'irregular'"),
    ('amended', 'amendments', 'true'),
    ('cancelled', 'amendments', 'is_cancellation'),
    ('cancelled', 'events', "event_code = 'HUY'"),
    ('red', 'events', "lane_code = '3'"),
    ('red', 'lanes_decided', "control_channel = 'red'"),
] %}
with

inspections as (

    {{ clocked('inspection_result') }}

),

decisions as (

    {{ clocked('selectivity_decision') }}

),

events as (

    select
        declaration_key,
        event_code,
        -- GIA_TRI of LUONG and CHUYEN_LUONG
        case when event_code in ('LUONG', 'CHUYEN_LUONG') then value_text end as lane_code,
        {{ known_date('occurred_at', 'received_at') }} as from_date,
        cast(null as date) as to_date
    from {{ ref('int_declaration_events_accepted') }}
    where event_code in ('LUONG', 'CHUYEN_LUONG', 'HUY')

),

results as (

    select
        declaration_key,
        outcome,
        case
            when ended_at is not null then {{ told_date('ended_at', 'inspection_result') }}
        end as from_date,
        {{ office_date('recorded_to_at') }} as to_date
    from inspections
    where outcome in ('as_declared', 'irregular') and {{ was_known() }}

),

amendments as (

    select
        declaration_key,
        coalesce('INV' in (function_name, function_code), false) as is_cancellation,
        -- a message without a time of its own is known when it is received
        {{ told_date('amended_at', 'declaration_amendment') }} as from_date,
        {{ office_date('recorded_to_at') }} as to_date
    from {{ ref('int_declaration_amendment_records_linked') }}
    where {{ was_known() }}

),

lanes_set as (

    select
        declaration_key,
        min(from_date) as first_date
    from events
    where lane_code in ('1', '2', '3')
    group by declaration_key

),

lane_decisions as (

    select
        declaration_key,
        control_channel,
        {{ told_date('decided_at', 'selectivity_decision') }} as from_date,
        {{ office_date('recorded_to_at') }} as to_date
    from decisions
    where control_channel is not null and {{ was_known() }}

),

lanes_decided as (

    select
        lane_decisions.declaration_key,
        lane_decisions.control_channel,
        lane_decisions.from_date,
        -- what was decided tells until an event tells what was set
        least(lane_decisions.to_date, lanes_set.first_date) as to_date
    from lane_decisions
    -- no match: no event set a lane
    left join lanes_set on lane_decisions.declaration_key = lanes_set.declaration_key

),

told as (

    {% for fact, relation, condition in tellings %}
        {% if not loop.first %}union{% endif %}

        select
            declaration_key,
            '{{ fact }}' as fact,
            from_date,
            to_date
        from {{ relation }}
        where {{ condition }}
    {% endfor %}

)

select * from told
where
    declaration_key is not null
    and from_date is not null
    and (to_date is null or from_date < to_date)
