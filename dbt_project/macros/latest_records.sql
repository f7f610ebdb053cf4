{#-
    The record of each key that the source holds now: of deliveries that were not taken back, the one
    recorded last. A total order: sequence (or receipt), receipt, place in the file.
    Withdrawn records (operation D) are among the rows: the caller says what they mean.
    Arguments: `model` a relation with the columns of staging, called records, `key` a list of column names.
-#}
{% macro latest_records(model, key) -%}
    select *
    from {{ model }}
    where
        not exists (
            select 1
            from {{ ref('int_deliveries_withdrawn') }} as withdrawn
            where withdrawn.receipt_number = records.receipt_number
        )
    qualify
        row_number() over (
            partition by {{ key | join(', ') }}
            order by recorded_from desc, receipt_number desc, record_number desc
        ) = 1
{%- endmacro %}
