{#-
    The rows of a mart that is the `view_of` another contract; derived models call it.
    Arguments: `mart` a contract, `origin` a relation or a query in brackets, `condition` what is
    current in it.
-#}
{% macro current_rows(mart, origin, condition) -%}
    select {{ contract_of(mart).columns | join(', ') }}
    from {{ origin }} as origin
    where {{ condition }}
{%- endmacro %}
