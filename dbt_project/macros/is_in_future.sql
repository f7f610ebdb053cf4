{#-
    Whether a moment is later than its own receipt by more than a day: a typing error. What has such a
    moment is kept and flagged, and never moves what "today" is. A moment that is not told is none.
-#}
{% macro is_in_future(moment, received_at) -%}
    coalesce({{ moment }} > {{ received_at }} + interval 1 day, false)
{%- endmacro %}
