-- name: prices
-- How declared prices lie to the published list, and sums to the one above which control looks twice.

create table list_price as
select
    MA_HS as hs8, MA_DVT as unit, MA_NT as currency,
    day_of(TU_NGAY) as from_date,
    max(coalesce(day_of(DEN_NGAY), date '9999-12-31')) as to_date,
    max(try_cast(GIA_THAM_KHAO as double)) as price
from raw_ruirotg group by all;

-- ln of declared over listed price of each taxed import item on the list in force.
create table listed_item as
select
    item.base, item.stt, item.value_vnd, item.hs8, item.quantity,
    ln(
        item.unit_price * declared_rate.vnd / list_price.price / listed_rate_vnd.vnd
    ) as over_list
from item
inner join list_price
    on
        item.hs8 = list_price.hs8 and item.unit = list_price.unit
        and item.day between list_price.from_date and list_price.to_date
asof inner join exchange_rate as declared_rate
    on item.currency = declared_rate.currency and item.day >= declared_rate.from_date
asof inner join exchange_rate as listed_rate_vnd
    on list_price.currency = listed_rate_vnd.currency and item.day >= listed_rate_vnd.from_date
where
    item.is_import and not item.is_ended and left(item.regime, 1) in ('A', 'H')
    and item.unit_price > 0 and list_price.price > 0
qualify row_number() over (partition by item.base, item.stt order by list_price.from_date desc) = 1;

create or replace macro listed_between(low, high) as (
    select count(*) from listed_item where over_list >= low and over_list < high
);
create or replace macro sums_between(low, high) as (
    select count(*) from declaration
    where
        is_import and not is_ended and left(regime, 1) in ('A', 'H')
        and value_vnd >= low * 1e6 and value_vnd < high * 1e6
);

insert into measured
select
    'list_price_step',
    just_above * 3.0 / nullif(around, 0),
    just_above + around
from (
    select
        listed_between(0, 0.04) as just_above,
        listed_between(-0.08, 0) + listed_between(0.04, 0.08) as around
)
union all
select
    'sum_step',
    just_below / nullif(sqrt(sums_between(400, 450) * sums_between(500, 550)), 0),
    just_below
from (select sums_between(450, 500) as just_below);

insert into drawn
select 'list_prices', 'generated', round(over_list * 50) / 50, null, count(*) / sum(count(*)) over ()
from listed_item where abs(over_list) < 0.405 group by 3;
