{#-
    The record of each key of a table of bronze that its source holds now; see `latest_records`.
    Arguments: `table` a contract of bronze; `key` a list of column names, its grain by default.
-#}
{% macro latest(table, key=none) -%}
    {{ latest_records('(' ~ records(table) ~ ') as records', key or contract_of(table).grain) }}
{%- endmacro %}
