{#-
    BIGINT that stands for one declaration in joins: the base number itself for vcis_extract, for
    other sources the upper 63 bits of an md5; null where no declaration is named.
    A singular test holds that no two declarations share it.
-#}
{% macro declaration_key(source_system, declaration_number) -%}
    case
        when
            {{ source_system }} = 'vcis_extract'
            and regexp_full_match({{ declaration_number }}, '[0-9]{11}')
            then cast({{ declaration_number }} as bigint)
        when {{ declaration_number }} is not null
            then
                cast(
                    md5_number_lower(
                        concat({{ source_system }}, ':', {{ declaration_number }})
                    ) >> 1 as bigint
                )
    end
{%- endmacro %}
