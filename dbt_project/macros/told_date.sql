{#-
    The day from which a record is known to tell what happened at a moment: of the first record of its
    key among the rows the moment's own day, of one that replaces another the day of its receipt at the
    earliest. Arguments: `moment` a column, `table` the contract of bronze whose records the rows are: those
    of `clocked` that state something, and each was known (was_known).
-#}
{% macro told_date(moment, table) -%}
    greatest(
        {{ known_date(moment, 'received_at') }},
        case
            when recorded_from > min(recorded_from) over (partition by {{ record_key(table) | join(', ') }})
                then {{ office_date('received_at') }}
        end
    )
{%- endmacro %}
