{#-
    The records of a table of bronze as its sources sent them, repeated deliveries included, with what
    orders those of one key (recorded_from: the number of the change, else of the receipt) and, where it
    names a declaration, declaration_key.
    Arguments: `table` a contract of bronze.
-#}
{% macro records(table) -%}
    {%- set names = contract_of(table).names -%}
    select
        *,
        {% if 'declaration_number' in names -%}
            {{ declaration_key('source_system', 'declaration_number') }} as declaration_key,
        {%- endif %}
        {% if 'sequence_number' in names -%}
            coalesce(sequence_number, receipt_number) as recorded_from
        {%- else -%}
            receipt_number as recorded_from
        {%- endif %}
    from {{ source('bronze', table) }}
{%- endmacro %}
