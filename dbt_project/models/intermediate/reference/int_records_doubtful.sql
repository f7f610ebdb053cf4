-- Grain: one row per record whose place in the order of its key is in doubt (table_name,
-- receipt_number, record_number).
-- The new idea: a number of a change stands under one key, and a source that numbers none says a
-- thing once. Where that does not hold the record counts all the same, flagged. A WCO message is an
-- act of its own that may replace an earlier one, so it is in no doubt.
{{ config(materialized='table') }}
{% set tables = [
    'declaration', 'goods_item', 'duty_tax', 'declaration_amendment', 'selectivity_decision',
    'inspection_result',
] %}
with

records as (

    {% for table in tables %}
        {% if not loop.first %}union all{% endif %}

        select
            '{{ table }}' as table_name,
            source_system,
            sequence_number,
            case
                when sequence_number is null
                    then concat_ws(' ', {{ contract_of(table).grain | join(', ') }})
            end as unnumbered_key,
            receipt_number,
            record_number
        from ({{ records(table) }}) as {{ table }}_records
        where not {{ of_source('messages_are_whole') }}
    {% endfor %}

),

standing as (

    select * from records
    where
        not exists (
            select 1
            from {{ ref('int_deliveries_withdrawn') }} as withdrawn
            where withdrawn.receipt_number = records.receipt_number
        )

),

-- what says the same is stored once, so a second record says something else
counted as (

    select
        table_name,
        receipt_number,
        record_number,
        count(*) over (
            partition by table_name, source_system, sequence_number, unnumbered_key
        ) as record_count
    from standing

)

select
    table_name,
    receipt_number,
    record_number
from counted
where record_count > 1
