-- name: past_rates
-- One row per goods item: how often its like was irregular in checks known before its week.
-- Each rate leans on the wider one with the weight of ten checks.
create or replace table past_rates as

with

known as (

    -- What is known no longer is taken off again.
    select
        labels.known_week,
        labels.checked,
        labels.is_irregular * labels.checked as hits,
        facts.trader,
        items.hs6,
        items.origin
    from (
        select number, item, known_week, is_irregular, 1 as checked from labels
        union all
        select number, item, until_week, is_irregular, -1 from labels where until is not null
    ) as labels
    inner join items on labels.number = items.number and labels.item = items.item
    inner join facts on labels.number = facts.number

),

sums as (

    select
        known_week,
        trader,
        hs6,
        origin,
        grouping_id(trader, hs6, origin) as grain,
        sum(checked)::bigint as checked,
        sum(hits)::bigint as hits
    from known
    group by grouping sets (
        (known_week),
        (known_week, trader),
        (known_week, hs6),
        (known_week, hs6, origin),
        (known_week, trader, hs6)
    )

),

sums_so_far as (

    select
        known_week,
        trader,
        hs6,
        origin,
        grain,
        sum(checked) over so_far as checked,
        sum(hits) over so_far as hits
    from sums
    window so_far as (partition by grain, trader, hs6, origin order by known_week)

),

-- grouping_id has a bit set for each column that is summed over: trader 4, hs6 2, origin 1.
everywhere as (select * from sums_so_far where grain = 7),
by_trader as (select * from sums_so_far where grain = 3),
by_goods as (select * from sums_so_far where grain = 5),
by_goods_origin as (select * from sums_so_far where grain = 4),
by_trader_goods as (select * from sums_so_far where grain = 1),

rated as (

    select
        items.number,
        items.item,
        coalesce(by_trader.checked, 0) as trader_checked,
        coalesce(everywhere.hits / nullif(everywhere.checked, 0), 0.01) as any_rate,
        (coalesce(by_trader.hits, 0) + 10 * any_rate)
        / (coalesce(by_trader.checked, 0) + 10) as trader_rate,
        (coalesce(by_goods.hits, 0) + 10 * any_rate)
        / (coalesce(by_goods.checked, 0) + 10) as goods_rate,
        (coalesce(by_goods_origin.hits, 0) + 10 * goods_rate)
        / (coalesce(by_goods_origin.checked, 0) + 10) as goods_origin_rate,
        (coalesce(by_trader_goods.hits, 0) + 10 * trader_rate)
        / (coalesce(by_trader_goods.checked, 0) + 10) as trader_goods_rate
    from items
    inner join facts on items.number = facts.number
    asof left join everywhere
        on facts.week > everywhere.known_week
    asof left join by_trader
        on facts.trader = by_trader.trader and facts.week > by_trader.known_week
    asof left join by_goods
        on items.hs6 = by_goods.hs6 and facts.week > by_goods.known_week
    asof left join by_goods_origin
        on items.hs6 = by_goods_origin.hs6
        and items.origin = by_goods_origin.origin
        and facts.week > by_goods_origin.known_week
    asof left join by_trader_goods
        on facts.trader = by_trader_goods.trader
        and items.hs6 = by_trader_goods.hs6
        and facts.week > by_trader_goods.known_week

)

select * from rated;

-- name: past_rate_scores
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
order by facts.number;
