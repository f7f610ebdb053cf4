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
