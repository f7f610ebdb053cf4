{#-
    The rows of a relation with is_order_doubtful: whether int_records_doubtful names their record.
    Arguments: `model` a relation with receipt_number and record_number, `table` the table of bronze
    that its records are of.
-#}
{% macro with_order_doubt(model, table) -%}
    -- no match: the order of the record is in no doubt
    select
        {{ model }}.*,
        doubtful.record_number is not null as is_order_doubtful
    from {{ model }}
    left join {{ ref('int_records_doubtful') }} as doubtful
        on
            doubtful.table_name = '{{ table }}'
            and {{ model }}.receipt_number = doubtful.receipt_number
            and {{ model }}.record_number = doubtful.record_number
{%- endmacro %}
