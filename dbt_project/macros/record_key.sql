{#- What records of one thing have in common: the grain, by declaration_key where it names a declaration. -#}
{% macro record_key(table) -%}
    {%- set grain = contract_of(table).grain -%}
    {%- if 'declaration_number' in grain -%}
        {{ return(
            ['declaration_key']
            + grain | reject('in', ['source_system', 'declaration_number']) | list
        ) }}
    {%- endif -%}
    {{ return(grain) }}
{%- endmacro %}
