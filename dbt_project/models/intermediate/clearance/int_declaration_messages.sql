-- Grain: one row per message that states a whole declaration (declaration_key, recorded_from).
-- The new idea: such a message replaces all that the one before it said, the items it leaves out
-- included. The header of a message may be in quarantine, so its children tell of it too.
{{ config(materialized='table') }}

with

tellings as (

    {% for table in ['declaration', 'goods_item', 'duty_tax'] %}
        {% if not loop.first %}union all{% endif %}

        select
            declaration_key,
            recorded_from,
            received_at,
            receipt_number
        from ({{ records(table) }}) as {{ table }}_records
        where {{ of_source('messages_are_whole') }}
    {% endfor %}

),

messages as (

    select
        declaration_key,
        recorded_from,
        min(received_at) as received_at
    from tellings
    where
        not exists (
            select 1
            from {{ ref('int_deliveries_withdrawn') }} as withdrawn
            where withdrawn.receipt_number = tellings.receipt_number
        )
    group by declaration_key, recorded_from

),

followed as (

    select
        declaration_key,
        recorded_from,
        lead(recorded_from) over (
            partition by declaration_key
            order by recorded_from
        ) as next_recorded_from,
        lead(received_at) over (
            partition by declaration_key
            order by recorded_from
        ) as next_received_at
    from messages

)

select * from followed
