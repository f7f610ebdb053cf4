{#- Schemas are plain layer names (`staging`, `intermediate`, `marts`), never prefixed by a target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
