{#-
    The records of a table of the lake as its sources sent them, repeated deliveries included, with
    what orders those of one key (recorded_from: what the contract orders by; the receipt number where
    that is nothing, or where the source does not number its changes) and,
    where it names a declaration, declaration_key. declaration_number is the number as people see it;
    where a trader may give one of its own, stated_declaration_number is the one of the record.
    Arguments: `table` a contract of bronze or scores.
-#}
{% macro records(table) -%}
    {%- set columns, order = contract_of(table).columns, contract_of(table).order -%}
    {%- set is_numbered = 'reference_owner_id' in columns -%}
    select
        {% for column in record_columns(table) -%}
            {%- if column == 'declaration_key' -%}
                {{ declaration_key() }} as declaration_key
            {%- elif column == 'recorded_from' and order == ['sequence_number'] -%}
                coalesce(sequence_number, receipt_number) as recorded_from
            {%- elif column == 'recorded_from' -%}
                {{ (order + ['receipt_number']) | first }} as recorded_from
            {%- else -%}
                {{ column }}
            {%- endif -%}
            {{ ',' if not loop.last }}
        {% endfor %}
    from
        {% if is_numbered %}
            ({{ numbered_records(table) }}) as numbered
        {% else %}
            {{ source(contract_of(table).layer, table) }}
        {% endif %}
{%- endmacro %}
