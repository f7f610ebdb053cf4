{#- BIGINT of 63 bits that stands for a text: a hash, another one on each engine. -#}
{% macro hash_number(text) -%}
    {{ return(adapter.dispatch('hash_number', 'customs')(text)) }}
{%- endmacro %}

{% macro duckdb__hash_number(text) -%}
    cast(md5_number_lower({{ text }}) >> 1 as bigint)
{%- endmacro %}

{% macro spark__hash_number(text) -%}
    shiftrightunsigned(xxhash64({{ text }}), 1)
{%- endmacro %}
