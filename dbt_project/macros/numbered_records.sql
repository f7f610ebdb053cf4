{#-
    The rows of a table of bronze with the number of their declaration as people see it.
    Arguments: `table` a table of bronze with declaration_number and reference_owner_id.
-#}
{% macro numbered_records(table) -%}
    select
        {% for column in contract_of(table).columns if column != 'declaration_number' %}
            records.{{ column }},
        {% endfor %}
        records.declaration_number as stated_declaration_number,
        coalesce(
            renumbered.reference_number, reused.reference_number, records.declaration_number
        ) as declaration_number
    from {{ source('bronze', table) }} as records
    -- no match: customs gave no number, or one only
    left join {{ ref('stg_bronze__declaration_renumbered') }} as renumbered
        on
            records.source_system = renumbered.source_system
            and records.declaration_number = renumbered.declaration_number
    -- no match: customs gave the number, or no other trader used it before
    left join {{ ref('stg_bronze__reference_reused') }} as reused
        on
            records.reference_owner_id = reused.reference_owner_id
            and records.declaration_number = reused.declaration_number
{%- endmacro %}
