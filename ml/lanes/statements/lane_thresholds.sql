-- The margins at which the declarations of `scored_declaration` would have filled the red and then the
-- yellow capacity.
with

ranked_declarations as (

    select
        margin,
        row_number() over (order by margin desc) as place,
        count(*) over () as declaration_count
    from scored_declaration

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
