-- Grain: one row per scored goods item of a declaration version (source_system, declaration_number,
-- declaration_version, item_number, model_id).
-- The new idea: a score that was written twice stands once.
with

scores as (

    select * from {{ ref('stg_scores__risk_score') }}
    qualify
        row_number() over (
            partition by declaration_key, declaration_version, item_number, model_id
            order by margin asc, probability asc
        ) = 1

),

versions as (

    select
        declaration_key,
        declaration_version,
        registered_date
    from {{ ref('int_declaration_versions') }}

),

dated as (

    select
        scores.source_system,
        scores.declaration_number,
        scores.declaration_version,
        scores.item_number,
        versions.registered_date,
        scores.margin,
        scores.probability,
        scores.model_name,
        scores.model_id
    from scores
    -- no match: the declaration was taken back after it was scored
    left join versions
        on
            scores.declaration_key = versions.declaration_key
            and scores.declaration_version = versions.declaration_version

)

select * from dated
