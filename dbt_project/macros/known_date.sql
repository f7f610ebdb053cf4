{#-
    The day from which something that happened is known, where the office is: the day of its moment;
    the day of its receipt where it tells no moment, or one that cannot be (is_in_future).
-#}
{% macro known_date(moment, received_at) -%}
    {{ office_date(
        'case when ' ~ is_in_future(moment, received_at) ~ ' then ' ~ received_at
        ~ ' else coalesce(' ~ moment ~ ', ' ~ received_at ~ ') end'
    ) }}
{%- endmacro %}
