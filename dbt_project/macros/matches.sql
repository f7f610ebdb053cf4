{#- Whether the whole of a text matches a regular expression; null stays null. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'customs')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    {{ text }} rlike '^(?:{{ pattern }})$'
{%- endmacro %}
