{#- The day of a moment where the office is; null stays null. -#}
{% macro office_date(moment) -%}
    cast({{ moment }} at time zone '{{ var("office_time_zone") }}' as date)
{%- endmacro %}
