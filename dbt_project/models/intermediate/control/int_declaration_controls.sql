-- Grain: one row per declaration with a finished inspection (declaration_key).
-- The new idea: an inspection that is not finished tells nothing. What a look at papers finds says
-- nothing of a look at goods (a scanner is one), so the two stand apart too.
{{ config(materialized='table') }}

with

results as (

    select
        declaration_key,
        method_code,
        outcome
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
            as has_irregular_goods
    from results
    where
        outcome in ('as_declared', 'irregular')
        -- a result that names no declaration is known of none
        and declaration_key is not null
    group by declaration_key

)

select * from controls
