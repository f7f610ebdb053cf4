-- name: related_signs
-- One row per import from a related seller: how far its price lies under those of other traders for
-- goods of the line and origin, each trader once, and the mean of that over its trader.
create table related_sign as
with

own as (
    select trader, hs, origin, unit, median(log_price) as log_price
    from goods where is_import group by trader, hs, origin, unit
),

levels as (
    select own.trader, own.hs, own.origin, own.unit, median(others.log_price) as others_level
    from own
    inner join own as others using (hs, origin, unit)
    where
        own.trader <> others.trader
        and own.trader in (select trader from goods where is_import and valuation = '7')
    group by own.trader, own.hs, own.origin, own.unit
    having count(*) >= 2
)

select
    base, stt, others_level - log_price as related_under_others,
    avg(others_level - log_price) over (partition by trader) as related_trader_gap
from goods
inner join levels using (trader, hs, origin, unit)
where is_import and valuation = '7';
