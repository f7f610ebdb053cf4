-- The margins at which declarations of the last days would have filled the red and then the yellow
-- capacity; a declaration has the margin of its riskiest item.
with

declarations as (

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

),

ranked_declarations as (

    select
        margin,
        row_number() over (order by margin desc) as place,
        count(*) over () as declaration_count
    from declarations

)

select
    count(*) as declaration_count,
    min(margin) filter (
        where place <= greatest(1, floor($red_share * declaration_count))
    ) as red_margin,
    min(margin) filter (
        where place <= greatest(1, floor(($red_share + $yellow_share) * declaration_count))
    ) as yellow_margin
from ranked_declarations
