{#-
    Whether a record of `clocked` was ever known: received and replaced at once it was not, and
    what was taken back with its delivery counts nowhere.
-#}
{% macro was_known() -%}
    (recorded_to_at is null or recorded_to_at > received_at)
    and not (is_withdrawn and recorded_to is null)
{%- endmacro %}
