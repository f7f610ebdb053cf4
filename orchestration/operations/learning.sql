-- name: scored_keys
-- The keys that one model has scored, in the lake itself: a release may be older.
select
    source_system,
    declaration_number,
    declaration_version,
    item_number
from scores.risk_score
where model_id = $model_id

-- name: earlier_models
-- The models of one name, other than the one in use, whose scores are in the lake.
select distinct model_id
from scores.risk_score
where
    model_id <> $model_id
    -- An identity is the name, a hyphen and twelve digits of the fingerprint.
    and left(model_id, -13) = $name
order by model_id
