{#- The text of a key of a JSON object; null where there is no object, no key or no value. -#}
{% macro json_text(object, key) -%}
    {{ return(adapter.dispatch('json_text', 'customs')(object, key)) }}
{%- endmacro %}

{% macro duckdb__json_text(object, key) -%}
    json_extract_string({{ object }}, '$.{{ key }}')
{%- endmacro %}

{% macro spark__json_text(object, key) -%}
    get_json_object({{ object }}, '$.{{ key }}')
{%- endmacro %}
