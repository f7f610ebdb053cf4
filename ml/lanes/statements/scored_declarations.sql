-- The margin of each declaration that the model scored in the last days: that of its riskiest item.
create or replace temp table scored_declaration as

select
    source_system,
    declaration_number,
    max(margin) as margin
from marts.fct_risk_score
where
    model_id = $model_id
    and registered_date >= cast($first_date as date)
    and registered_date <= cast($last_date as date)
group by
    source_system,
    declaration_number
