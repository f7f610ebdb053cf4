{#-
    The columns that a view of the current rows of another table shows; derived models call it.
    Arguments: `origin` a relation or a query in brackets, `condition` what is current in it, `columns` a
    list of column names.
-#}
{% macro current_rows(origin, condition, columns) -%}
    select
        {{ columns | join(',\n        ') }}
    from {{ origin }} as origin
    where {{ condition }}
{%- endmacro %}
