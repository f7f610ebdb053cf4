-- Grain: one row per score of a goods item (source_system, declaration_number, declaration_version,
-- item_number, model_id), as often as it was written.
with

source as (

    select * from {{ source('scores', 'risk_score') }}

),

renamed as (

    select
        -- ids
        {{ declaration_key('source_system', 'declaration_number') }} as declaration_key,
        source_system,
        declaration_number,
        declaration_version,
        item_number,
        model_id,
        -- An identity is the name, a hyphen and twelve digits of the fingerprint.
        left(model_id, length(model_id) - 13) as model_name,
        -- what the model gave
        margin,
        probability
    from source

)

select * from renamed
