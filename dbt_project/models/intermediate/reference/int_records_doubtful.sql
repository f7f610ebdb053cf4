-- Grain: one row per record whose place in the order of its key is in doubt (table_name,
-- receipt_number, record_number).
-- The new idea: a number of a change stands under one key, and a source that numbers none says a
-- thing once. Where that does not hold the record counts all the same, flagged. A WCO message is an
-- act of its own that may replace an earlier one, so it is in no doubt.
{{ config(materialized='table') }}
{% set keys = {
    'declaration': ['declaration_key', 'declaration_version'],
    'goods_item': ['declaration_key', 'declaration_version', 'item_number'],
    'duty_tax': ['declaration_key', 'declaration_version', 'item_number', 'tax_type_code'],
    'declaration_amendment': ['amendment_number', 'amendment_line_number'],
    'selectivity_decision': ['declaration_key'],
    'inspection_result': ['inspection_number', 'inspection_line_number'],
} %}
with

records as (

    {% for table, key in keys.items() %}
        {% if not loop.first %}union all{% endif %}

        select
            '{{ table }}' as table_name,
            source_system,
            sequence_number,
            case when sequence_number is null then concat_ws(' ', {{ key | join(', ') }}) end
                as unnumbered_key,
            receipt_number,
            record_number
        from {{ ref('stg_bronze__' ~ table) }}
        where source_system != 'wco_dec_xml'
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
doubtful as (

    select
        table_name,
        receipt_number,
        record_number
    from standing
    qualify
        count(*) over (
            partition by table_name, source_system, sequence_number, unnumbered_key
        ) > 1

)

select * from doubtful
