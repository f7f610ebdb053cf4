-- Grain: one row per declaration with a finished inspection (declaration_key).
-- The new idea: a result is known from the day the inspection ended. One that is not finished tells
-- nothing; one whose day no source tells counts in totals, never in a history. What a look at
-- papers finds says nothing of a look at goods (a scanner is one), so the two stand apart too.
{{ config(materialized='table') }}

with

results as (

    select
        declaration_key,
        method_code,
        outcome,
        case when ended_at is not null then {{ known_date('ended_at', 'received_at') }} end
            as ended_date
    from {{ ref('int_inspections_latest') }}

),

controls as (

    select
        declaration_key,
        bool_or(outcome = 'irregular') as is_irregular,
        coalesce(bool_or(method_code = '1'), false) as has_document_check,
        coalesce(bool_or(method_code = '1' and outcome = 'irregular'), false)
            as has_irregular_documents,
        coalesce(bool_or(method_code in ('2', '3', '4')), false) as has_physical_check,
        coalesce(bool_or(method_code in ('2', '3', '4') and outcome = 'irregular'), false)
            as has_irregular_goods,
        min(ended_date) as inspected_date,
        min(case when outcome = 'irregular' then ended_date end) as irregular_date
    from results
    where
        outcome in ('as_declared', 'irregular')
        -- a result that names no declaration is known of none
        and declaration_key is not null
    group by declaration_key

)

select * from controls
