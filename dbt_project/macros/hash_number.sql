{#- BIGINT of 60 bits or more that stands for a text: its md5, cut. Engines cut it elsewhere. -#}
{% macro hash_number(text) -%}
    {{ return(adapter.dispatch('hash_number', 'customs')(text)) }}
{%- endmacro %}

{% macro duckdb__hash_number(text) -%}
    cast(md5_number_lower({{ text }}) >> 1 as bigint)
{%- endmacro %}

{% macro spark__hash_number(text) -%}
    cast(conv(left(md5({{ text }}), 15), 16, 10) as bigint)
{%- endmacro %}
