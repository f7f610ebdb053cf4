{#-
    Whether a record is of a source of which a trait holds (data_contracts/source_traits.yaml).
    Arguments: `trait`; `column` the source of the record.
-#}
{% macro of_source(trait, column='source_system') -%}
    {{ column }} in ('{{ sources_with(trait) | join("', '") }}')
{%- endmacro %}
