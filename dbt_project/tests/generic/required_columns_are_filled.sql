{#- No row is without a value in a column that is required; names each such column. -#}
{% test required_columns_are_filled(model, columns) %}
    with counted as (
        select
            {% for column in columns -%}
            count(case when {{ column }} is null then 1 end) as {{ column }}{{ ',' if not loop.last }}
            {% endfor %}
        from {{ model }}
    )
    {% for column in columns -%}
    select
        '{{ column }}' as column_name,
        {{ column }} as row_count
    from counted
    where {{ column }} > 0
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}
