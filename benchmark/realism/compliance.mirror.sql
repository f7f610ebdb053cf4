-- name: mirror
-- What partners tell of their exports to us beside what is declared here, and its slope on the tariff.

create table told_there as
select
    reporter as origin, hs6,
    make_date(try_cast(year as integer), try_cast(month as integer), 1) as month,
    max(try_cast(value_usd as double)) as usd
from raw_partner
where flow = 'X' and partner = 'VN' and try_cast(month as integer) between 1 and 12
group by all;

-- Goods leave there up to a month before they come: the first month is not whole, nor is one that
-- no partner has told of yet.
create table told_month as
select told.month
from (select distinct month from told_there) as told cross join period
where
    told.month > period.first_day
    and told.month + interval 1 month <= period.last_day;

-- Now and then a partner tells nothing of a month.
create table told_by as
select distinct origin, month from told_there semi join told_month using (month);

create table mirrored as

with

-- On-the-spot and purpose changes cross no border.
here as (

    select
        item.origin, left(item.hs8, 6) as hs6,
        sum(item.value_vnd / usd_rate.vnd) as usd, count(*) as items
    from item
    asof inner join usd_rate on item.day >= usd_rate.from_date
    semi join told_by
        on item.origin = told_by.origin
        and cast(date_trunc('month', item.day) as date) = told_by.month
    where
        item.is_import and not item.is_ended
        and left(item.regime, 1) in ('A', 'E', 'H') and item.regime not in ('A42', 'E15', 'E23')
    group by all

),

-- Partners leave small cells out of a month: a gap of its own, the larger the smaller the cell.
there as (
    select origin, hs6, sum(usd) as usd
    from told_there
    semi join told_by using (origin, month)
    inner join (select origin, count(*) as months from told_by group by origin) using (origin)
    group by origin, hs6, months
    having count(*) = months
),

rates as (

    select left(MA_HS, 6) as hs6, avg(try_cast(rtrim(THUE_SUAT, '% ') as double)) / 100 as rate
    from listed_row where MA_BIEU_THUE = 'B01' group by 1

)

select ln(there.usd / here.usd) as gap, rates.rate
from here
inner join there using (origin, hs6)
left join rates using (hs6)
where here.items >= 20 and here.usd > 0 and there.usd > 0;

insert into measured
select 'mirror_gap', exp(-median(gap)), count(*) from mirrored
union all
select 'mirror_elasticity', regr_slope(gap, rate), count(rate) from mirrored;

insert into drawn
select 'mirror', 'generated', null, label, height
from (
    select
        case
            when rate < 0.05 then 'under 5 %'
            when rate < 0.1 then '5 to 10 %'
            when rate < 0.2 then '10 to 20 %'
            else '20 % and more'
        end as label,
        exp(-median(gap)) - 1 as height
    from mirrored where rate is not null group by label having count(*) >= 30
);
