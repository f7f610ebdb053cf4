-- name: measured
-- One row per goods item whose quantity and value can be used, with its measures.
create or replace table measured as

select
    facts.number,
    items.item,
    facts.month,
    facts.week,
    facts.registered,
    items.hs8,
    items.origin,
    items.unit,
    items.value_vnd,
    ln(nullif(greatest(items.value_vnd, 0), 0)) as log_value,
    ln(nullif(greatest(items.value_vnd, 0), 0) / nullif(items.quantity, 0)) as log_unit_price,
    -- The mass of the whole declaration, shared out by value.
    ln(
        nullif(facts.gross_kg, 0) * items.value_vnd
        / nullif(facts.value_vnd, 0) / nullif(items.quantity, 0)
    ) as log_unit_mass
from items
inner join facts on items.number = facts.number
where items.quantity > 0 and items.value_vnd > 0 and facts.value_vnd > 0;

-- name: traders_so_far
-- One row per declaration: how long and how often its trader had been seen before.
create or replace table traders_so_far as

select
    number,
    row_number() over (partition by trader order by registered, number) - 1 as earlier_count,
    (registered - min(registered) over (partition by trader)) / 86400.0 as known_days
from facts;

-- name: value_scores
-- One row per declaration of the period, by customs value.
select
    number,
    week,
    coalesce(value_vnd, 0) as score
from facts
where registered between $first and $last
order by number;
