-- Grain: one row per scored goods item of a declaration version (source_system, declaration_number,
-- declaration_version, item_number, model_id).
-- The new idea: a score that was written twice stands once.
with

scores as (

    select
        *,
        row_number() over (
            partition by {{ record_key('risk_score') | join(', ') }}
            order by margin asc, probability asc
        ) as place
    from ({{ records('risk_score') }}) as written

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
        -- An identity is the name, a hyphen and twelve digits of the fingerprint.
        left(scores.model_id, length(scores.model_id) - 13) as model_name,
        scores.model_id
    from scores
    -- no match: the declaration was taken back after it was scored
    left join versions
        on
            scores.declaration_key = versions.declaration_key
            and scores.declaration_version = versions.declaration_version
    where scores.place = 1

)

select * from dated
