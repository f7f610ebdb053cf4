{#- The names of the columns of `records`. -#}
{% macro record_columns(table) -%}
    {%- set columns = contract_of(table).columns -%}
    {{ return(
        columns
        + (['stated_declaration_number'] if 'reference_owner_id' in columns else [])
        + (['declaration_key'] if 'declaration_number' in columns else [])
        + (['recorded_from'] if 'receipt_number' in columns else [])
    ) }}
{%- endmacro %}
