{#- dbt's own cast, for types as the contracts name them: Spark has no VARCHAR and one kind of moment. -#}
{% macro spark__cast(field, type) -%}
    cast({{ field }} as {{
        type
        | replace('VARCHAR[]', 'array<string>')
        | replace('VARCHAR', 'string')
        | replace('TIMESTAMP WITH TIME ZONE', 'timestamp')
    }})
{%- endmacro %}
