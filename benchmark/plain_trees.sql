-- name: months
-- One row per month in which something was registered.
select distinct month
from facts
order by month;

-- name: cell_months
-- One row per HS8, origin and unit of a month. Month by month: a median keeps what it has seen.
select
    hs8,
    origin,
    unit,
    month,
    median(log_unit_price) as log_unit_price,
    median(log_unit_mass) as log_unit_mass
from measured
where month = $month
group by hs8, origin, unit, month;

-- name: features
-- One row per goods item of a month: the columns anybody would think of first, as known then.
with

-- What a cell cost in the twelve months before.
levels as (

    select
        hs8,
        origin,
        unit,
        median(log_unit_price) as log_unit_price,
        median(log_unit_mass) as log_unit_mass
    from cell_months
    where month < $month and month >= $month - 12
    group by hs8, origin, unit

)

select
    facts.number,
    facts.month,
    facts.week,
    items.item,
    coalesce(items.value_vnd, 0) as item_value_vnd,
    coalesce(facts.tax_vnd * items.value_vnd / nullif(facts.value_vnd, 0), 0) as item_tax_vnd,
    measured.log_value,
    measured.log_unit_price,
    measured.log_unit_price - levels.log_unit_price as price_to_median,
    measured.log_unit_mass - levels.log_unit_mass as mass_to_median,
    facts.tax_vnd / nullif(facts.value_vnd, 0) as tax_rate,
    is_of_agreement(items.schedule)::integer as is_preference,
    items.has_certificate::integer as has_certificate,
    (facts.direction = 'N')::integer as is_import,
    facts.transport,
    facts.item_count,
    ln(nullif(facts.gross_kg, 0)) as log_gross,
    ln(nullif(facts.packages, 0)) as log_packages,
    try_cast(left(items.hs8, 2) as integer) as hs2,
    try_cast(left(items.hs8, 4) as integer) as hs4,
    -- Letters and digits of the regime, as one number: A11, E31.
    ascii(facts.regime) * 100 + coalesce(try_cast(right(facts.regime, 2) as integer), 0) as regime,
    try_cast(facts.valuation as integer) as valuation,
    traders_so_far.earlier_count,
    traders_so_far.known_days,
    past_rates.trader_checked,
    past_rates.trader_rate,
    past_rates.goods_rate,
    past_rates.goods_origin_rate,
    past_rates.trader_goods_rate
from items
inner join facts on items.number = facts.number
inner join traders_so_far on items.number = traders_so_far.number
inner join past_rates on items.number = past_rates.number and items.item = past_rates.item
-- No match: quantity or value cannot be used, or the cell is new.
left join measured on items.number = measured.number and items.item = measured.item
left join levels
    on items.hs8 = levels.hs8
    and items.origin = levels.origin
    and items.unit = levels.unit
where facts.month = $month;

-- name: month_features
-- Items registered in a month, with what is at stake in them.
select *
from features
where month = $month
order by number, item;

-- name: known_features
-- Items of which something was known at a moment, with their features, the newest first.
select
    features.* exclude (number, month, week, item, item_value_vnd, item_tax_vnd),
    labels.is_irregular
from features
inner join labels on features.number = labels.number and features.item = labels.item
where labels.known < $moment and coalesce(labels.until >= $moment, true)
order by labels.known desc, features.number, features.item
limit $most;

-- name: told_features
-- Every item with its features and whose it is.
select
    features.* exclude (month, item_tax_vnd),
    facts.trader,
    facts.registered
from features
inner join facts on features.number = facts.number
order by features.number, try_cast(features.item as integer);
