-- What is known of the items to learn from, beside their inputs.
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
    item_key.declaration_place,
    item_key.registered_date,
    item_key.is_found,
    labels.known_date,
    labels.declaration_item_count,
    labels.is_irregular_in_goods is not null as is_seen_in_goods,
    labels.is_shared_finding and item_key.is_found as is_shared_finding,
    case when item_key.is_found then labels.additional_duty_vnd else 0 end as additional_duty_vnd,
    -- Null where chance did not choose, or its probability was not kept.
    draws.selection_probability_ratio
from item_key
inner join labelled_item as labels
    on
        item_key.source_system = labels.source_system
        and item_key.declaration_number = labels.declaration_number
        and item_key.declaration_version = labels.declaration_version
        and item_key.item_number = labels.item_number
left join random_draws as draws
    on
        item_key.source_system = draws.source_system
        and item_key.declaration_number = draws.declaration_number
order by item_key.item_place
