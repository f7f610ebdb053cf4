-- name: scored_declarations
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

-- name: lane_thresholds
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

-- name: declaration_lanes
-- The lane that each declaration of `scored_declaration` gets: the batch form of `Policy.lane`.
create or replace temp table declaration_lane as

select
    scored_declaration.source_system,
    scored_declaration.declaration_number,
    scored_declaration.margin,
    declarations.other_law_codes is not null as is_specialised,
    -- Of a declaration that has not arrived nobody knows the trader.
    declarations.trader_id is not null as has_trader,
    case
        when scored_declaration.margin >= cast($red_margin as double) then 'red'
        when scored_declaration.margin >= cast($yellow_margin as double) then 'yellow'
        when is_specialised or not has_trader then 'yellow'
        else 'green'
    end as lane
from scored_declaration
-- No match: the items came without their declaration.
left join marts.fct_declaration as declarations
    on
        scored_declaration.source_system = declarations.source_system
        and scored_declaration.declaration_number = declarations.declaration_number

-- name: lane_shares
-- Shares of the lanes in `declaration_lane`, and of those that are yellow by rule alone.
select
    avg(cast(lane = 'red' as integer)) as red_share,
    avg(cast(lane = 'yellow' as integer)) as yellow_share,
    avg(cast(lane = 'yellow' and margin < cast($yellow_margin as double) as integer))
        as ruled_share
from declaration_lane
