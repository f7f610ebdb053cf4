-- The lane that each scored declaration of the last days gets: the batch form of `Policy.lane`.
create or replace temp table declaration_lane as

with

scored_declarations as (

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

controlled_declarations as (

    select
        source_system,
        declaration_number
    from marts.fct_declaration
    where other_law_codes is not null

)

select
    scored_declarations.source_system,
    scored_declarations.declaration_number,
    scored_declarations.margin,
    controlled_declarations.declaration_number is not null as is_specialised,
    case
        when scored_declarations.margin >= cast($red_margin as double) then 'red'
        when scored_declarations.margin >= cast($yellow_margin as double) then 'yellow'
        when is_specialised then 'yellow'
        else 'green'
    end as lane
from scored_declarations
-- No match: no other law asks for a control.
left join controlled_declarations
    on
        scored_declarations.source_system = controlled_declarations.source_system
        and scored_declarations.declaration_number = controlled_declarations.declaration_number
