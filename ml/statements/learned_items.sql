-- Inputs and labels of the items to learn from, in an order that depends on nothing but the keys.
with

random_draws as (

    select
        source_system,
        declaration_number,
        selection_probability_ratio
    from marts.fct_selectivity_decision
    where is_random

)

select
    inputs.*,
    dense_rank() over (
        order by inputs.source_system, inputs.declaration_number
    ) as declaration_place,
    labels.known_date,
    labels.declaration_item_count,
    labels.is_irregular,
    labels.is_irregular_in_goods is not null as is_seen_in_goods,
    labels.is_shared_finding,
    labels.additional_duty_vnd,
    -- Null where chance did not choose, or its probability was not kept.
    draws.selection_probability_ratio
from item_input as inputs
inner join labelled_item as labels
    on
        inputs.source_system = labels.source_system
        and inputs.declaration_number = labels.declaration_number
        and inputs.declaration_version = labels.declaration_version
        and inputs.item_number = labels.item_number
left join random_draws as draws
    on
        inputs.source_system = draws.source_system
        and inputs.declaration_number = draws.declaration_number
order by
    inputs.source_system,
    inputs.declaration_number,
    inputs.item_number
