{#-
    BIGINT that stands for one declaration in joins: the number itself where its source numbers the
    nation's declarations, else a hash; null where no declaration is named.
    A singular test holds that no two declarations share it.
-#}
{% macro declaration_key(declaration_number='declaration_number') -%}
    case
        when
            {{ of_source('numbers_are_national') }}
            and {{ matches(declaration_number, '[0-9]{11}') }}
            then cast({{ declaration_number }} as bigint)
        when {{ declaration_number }} is not null
            then {{ hash_number("source_system || ':' || " ~ declaration_number) }}
    end
{%- endmacro %}
