-- Grain: one row per scored goods item of a declaration version (source_system, declaration_number,
-- declaration_version, item_number, model_id).
with

scores as (

    select * from {{ ref('int_risk_scores_dated') }}

)

select * from scores
