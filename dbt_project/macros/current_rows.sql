{#-
    The rows of a mart that is the `view_of` another contract: the current ones of a mart of all
    versions, what its source holds now of a table of bronze. Derived models call it.
    Arguments: `mart` and `origin`, contracts.
-#}
{% macro current_rows(mart, origin) -%}
    select {{ contract_of(mart).columns | join(', ') }}
    {%- if contract_of(origin).layer == 'marts' %}
    from {{ ref(origin) }}
    where is_current
    {%- else %}
    from ({{ latest(origin) }}) as records
    {%- endif %}
{%- endmacro %}
