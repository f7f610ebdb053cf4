-- name: model_ids
-- The models whose scores are in the build.
select distinct model_id
from marts.fct_risk_score
where model_id is not null
order by model_id;
