-- The keys that one model has scored, in the lake itself: a release may be older.
select
    source_system,
    declaration_number,
    declaration_version,
    item_number
from scores.risk_score
where model_id = $model_id
