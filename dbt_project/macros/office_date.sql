{#- The day of a moment where the office is; null stays null. -#}
{% macro office_date(moment) -%}
    {{ return(adapter.dispatch('office_date', 'customs')(moment)) }}
{%- endmacro %}

{% macro duckdb__office_date(moment) -%}
    cast({{ moment }} at time zone '{{ var("office_time_zone") }}' as date)
{%- endmacro %}

{% macro spark__office_date(moment) -%}
    cast(from_utc_timestamp({{ moment }}, '{{ var("office_time_zone") }}') as date)
{%- endmacro %}
