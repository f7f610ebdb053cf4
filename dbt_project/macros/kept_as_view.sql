{#-
    How a model is kept that shows the rows of another as they are: as a table only where files are
    what is left of a build.
-#}
{% macro kept_as_view() -%}
    {{ return(adapter.dispatch('kept_as_view', 'customs')()) }}
{%- endmacro %}

{% macro duckdb__kept_as_view() -%}
    view
{%- endmacro %}

{% macro spark__kept_as_view() -%}
    table
{%- endmacro %}
