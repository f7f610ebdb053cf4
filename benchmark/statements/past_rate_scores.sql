-- One row per declaration of the period, by the worst past rate of its items, then by value.
select
    facts.number,
    facts.week,
    coalesce(max(past_rates.trader_goods_rate), 0)
    + 1e-9 * ln(1 + greatest(any_value(coalesce(facts.value_vnd, 0)), 0)) as score
from facts
left join past_rates on facts.number = past_rates.number
where facts.registered between $first and $last
group by facts.number, facts.week
order by facts.number
