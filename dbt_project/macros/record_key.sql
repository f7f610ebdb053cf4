{#-
    What records of one thing have in common: the grain, by declaration_key where it names a
    declaration, and the snapshot of a list that comes again and again.
-#}
{% macro record_key(table) -%}
    {%- set contract = contract_of(table) -%}
    {%- set grain = contract.grain + contract.order | reject('eq', 'sequence_number') | list -%}
    {%- if 'declaration_number' in grain -%}
        {{ return(
            ['declaration_key']
            + grain | reject('in', ['source_system', 'declaration_number']) | list
        ) }}
    {%- endif -%}
    {{ return(grain) }}
{%- endmacro %}
