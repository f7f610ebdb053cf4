{#-
    Every record of each key of a table of bronze with the second clock: what the lake knew, from when
    to when. Of records that have the number of one change, or came in one delivery, one is left; other
    orders may tie, and then the receipt decides. Adds recorded_to, recorded_to_at, is_withdrawn; drops the records that withdraw (operation
    D), which end a record and are no state themselves.
    As of a moment, of the rows whose interval [recorded_from_at, recorded_to_at) holds it, the one with
    the highest recorded_from is what was known: a late record of an old sequence has an empty interval.
    Arguments: `table` a contract of bronze; `messages` where messages state whole declarations
    (int_declaration_messages): then a record stands until the next message of its declaration, whether
    that one names it or not.
-#}
{% macro clocked(table, messages=none) -%}
    {%- set key, order = record_key(table), contract_of(table).order -%}
    {%- set can_tie = order and order != ['sequence_number'] -%}
    {%- set withdraws = 'operation_code' in contract_of(table).columns -%}
    select
        {{ record_columns(table) | join(', ') }},
        case
            when taken_back_at is null
                then {% if messages %}coalesce(next_message_from, next_recorded_from)
                {%- else %}next_recorded_from{% endif %}
        end as recorded_to,
        case
            when taken_back_at is not null then taken_back_at
            {%- if messages %}
            when next_message_at is not null then greatest(received_at, next_message_at)
            {%- endif %}
            when superseded_at is not null then greatest(received_at, superseded_at)
        end as recorded_to_at,
        taken_back_at is not null
        {%- if withdraws %}
        or coalesce(next_operation_code = 'D', false)
        {%- endif %} as is_withdrawn
    from (
        select
            *,
            lead(recorded_from) over recorded as next_recorded_from,
            {%- if withdraws %}
            lead(operation_code) over recorded as next_operation_code,
            {%- endif %}
            min(received_at) over (
                partition by {{ key | join(', ') }}, taken_back_at is null
                order by recorded_from, receipt_number
                rows between 1 following and unbounded following
            ) as superseded_at
        from (
            -- no match: the delivery was never taken back
            select
                records.*,
                {%- if messages %}
                messages.next_recorded_from as next_message_from,
                messages.next_received_at as next_message_at,
                {%- endif %}
                withdrawn.withdrawn_at as taken_back_at,
                row_number() over (
                    partition by
                        records.{{ key | join(', records.') }}, records.recorded_from
                        {{- ', records.receipt_number' if can_tie }}
                    order by
                        withdrawn.withdrawn_at desc nulls first,
                        records.receipt_number desc,
                        records.record_number desc
                ) as place
            from ({{ records(table) }}) as records
            left join {{ ref('int_deliveries_withdrawn') }} as withdrawn
                on records.receipt_number = withdrawn.receipt_number
            {%- if messages %}
            -- no match: the source states its records one by one
            left join {{ messages }} as messages
                on
                    records.declaration_key = messages.declaration_key
                    and records.recorded_from = messages.recorded_from
            {%- endif %}
        ) as known
        -- what was taken back and delivered again by another file stands once, alive
        where place = 1
        window recorded as (
            partition by {{ key | join(', ') }}, taken_back_at is null
            order by recorded_from, receipt_number
        )
    ) as ordered
    {%- if withdraws %}
    where operation_code is distinct from 'D'
    {%- endif %}
{%- endmacro %}
