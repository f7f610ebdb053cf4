{#-
    The record of each key of a table of bronze that its source holds now: of deliveries that were not
    taken back, the one recorded last. A total order: recorded_from, receipt, place in the file.
    Withdrawn records (operation D) are among the rows: the caller says what they mean.
    Arguments: `table` a contract of bronze.
-#}
{% macro latest(table) -%}
    {%- set columns = record_columns(table) | join(', ') -%}
    select {{ columns }}
    from (
        select
            {{ columns }},
            row_number() over (
                partition by {{ record_key(table) | join(', ') }}
                order by recorded_from desc, receipt_number desc, record_number desc
            ) as place
        from ({{ records(table) }}) as records
        where
            not exists (
                select 1
                from {{ ref('int_deliveries_withdrawn') }} as withdrawn
                where withdrawn.receipt_number = records.receipt_number
            )
    ) as placed
    where place = 1
{%- endmacro %}
