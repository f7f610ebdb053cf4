{#- Null, of the type of a moment. -#}
{% macro no_moment() -%}
    {{ return(adapter.dispatch('no_moment', 'customs')()) }}
{%- endmacro %}

{% macro duckdb__no_moment() -%}
    cast(null as timestamp with time zone)
{%- endmacro %}

{% macro spark__no_moment() -%}
    cast(null as timestamp)
{%- endmacro %}
