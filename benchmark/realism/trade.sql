-- name: declarations
-- Volume, values, regimes and items per declaration.

insert into measured
select 'declarations_a_year', declarations * 365.0 / nullif(days, 0), declarations from period
union all
select 'value_mean', avg(value_usd), count(value_usd) from declaration where not is_ended
union all
select 'value_median_ratio', median(value_usd) / nullif(avg(value_usd), 0), count(value_usd)
from declaration where not is_ended
union all
select 'value_log_sd', stddev_samp(ln(value_usd)), count(*)
from declaration where not is_ended and value_usd > 0
union all
select
    'import_value_share', sum(value_vnd) filter (is_import) / nullif(sum(value_vnd), 0), count(*)
from declaration where not is_ended
union all
select
    'import_main_regimes',
    avg(cast(regime in ('A11', 'A12', 'E31', 'E21', 'E11') as double)),
    count(*)
from declaration where is_import
union all
select
    'export_main_regimes',
    avg(cast(regime in ('B11', 'E62', 'E42', 'E52') as double)),
    count(*)
from declaration where not is_import
union all
select 'amended_share', avg(cast(version > 0 or amendments > 0 as double)), count(*)
from declaration
union all
select 'cancelled_share', avg(cast(is_cancelled as double)), count(*) from declaration
union all
select 'partner_missing_share', avg(cast(not has_partner as double)), count(*)
from declaration where is_import;

create table declared_length as
select base, count(*) as items from item group by base;

insert into measured
select 'items_mean', avg(items), count(*) from declared_length
union all
select 'single_item_share', avg(cast(items = 1 as double)), count(*) from declared_length
union all
select 'items_most', max(items), count(*) from declared_length
union all
select 'price_log_sd', stddev_samp(ln(value_vnd)), count(*)
from item where is_import and value_vnd > 0
union all
select 'mass_log_sd', stddev_samp(ln(net_kg)), count(*) from item where is_import and net_kg > 0;

insert into drawn
select 'items', 'generated', items, null, count(*) / sum(count(*)) over ()
from declared_length group by items
union all
select 'values', 'generated', round(log10(value_usd) * 5) / 5, null,
    count(*) / sum(count(*)) over ()
from declaration where not is_ended and value_usd > 0 group by 3
union all
select 'masses', 'generated', round(log10(net_kg) * 4) / 4, null,
    count(*) / sum(count(*)) over ()
from item where is_import and net_kg > 0 group by 3
union all
select
    'regimes', if(is_import, 'imports', 'exports'), null, regime,
    count(*) / sum(count(*)) over (partition by is_import)
from declaration group by is_import, regime;

-- name: concentration
-- How much the largest members of each kind hold.

create table tally as
select 'offices' as kind, office as member, cast(count(*) as double) as weight
from declaration group by office
union all
select 'brokers', broker, count(*) from declaration where broker is not null group by broker
union all
select 'traders', trader, count(*) from declaration where trader is not null group by trader
union all
select 'codes', left(hs8, 6), count(*) from item where is_import group by 2
union all
select 'provinces', coalesce(trader.province, '?'), sum(declaration.value_vnd)
from declaration left join trader using (trader)
where not declaration.is_import and not declaration.is_ended group by 2
union all
select 'debtors', trader, sum(owed_vnd) from debt group by trader;

create table ranked as
select
    kind,
    weight,
    row_number() over (partition by kind order by weight desc, member) as place,
    count(*) over (partition by kind) as members,
    sum(weight) over (partition by kind) as total
from tally;

create or replace macro held_by(what, top) as (
    select sum(weight) / max(total) from ranked where kind = what and place <= ceil(top * members)
);
create or replace macro weight_of(what) as (
    select cast(coalesce(sum(weight), 0) as bigint) from ranked where kind = what
);

insert into measured
values
('office_top_10', held_by('offices', 0.1), weight_of('offices')),
('broker_top_1', held_by('brokers', 0.01), weight_of('brokers')),
('broker_top_10', held_by('brokers', 0.1), weight_of('brokers')),
('trader_top_1', held_by('traders', 0.01), weight_of('traders')),
('trader_top_10', held_by('traders', 0.1), weight_of('traders')),
('hs6_top_1', held_by('codes', 0.01), weight_of('codes')),
('hs6_top_10', held_by('codes', 0.1), weight_of('codes'));

insert into measured
select 'debt_top_8', held_by('debtors', 0.08), count(*) from ranked where kind = 'debtors'
union all
select
    'recoverable_debt_share',
    sum(owed_vnd) filter (debt_group = '1') / nullif(sum(owed_vnd), 0),
    count(distinct trader)
from debt
union all
select
    'exporter_provinces_share',
    sum(weight) filter (place <= 8) / nullif(sum(weight), 0),
    (select count(*) from declaration where not is_import and not is_ended)
from ranked where kind = 'provinces'
union all
select
    'aeo_value_share',
    coalesce(sum(declaration.value_vnd) filter (trader.is_priority), 0)
    / nullif(sum(declaration.value_vnd), 0),
    count(*)
from declaration left join trader using (trader)
where not declaration.is_ended
union all
select 'aeo_count', count(*) filter (is_priority), count(*)
from trader where is_active
union all
select 'trader_count', count(*), count(*) from trader where is_active;

insert into drawn
select
    'concentration', kind, percent, null,
    sum(sum(weight)) over (partition by kind order by percent)
    / max(max(total)) over (partition by kind)
from (select *, ceil(100.0 * place / members) as percent from ranked where kind <> 'provinces')
group by kind, percent;

-- name: goods
-- What is traded with whom, and how far prices of one thing lie apart.

create table goods_value as
select
    is_import,
    case
        when left(hs8, 4) = '8517' then 'phones'
        when
            left(hs8, 4) in ('8471', '8473', '8518', '8534')
            or left(hs8, 4) between '8523' and '8529'
            or left(hs8, 4) between '8540' and '8543' then 'electronics'
        when left(hs8, 2) between '50' and '63' then 'textiles'
        when left(hs8, 2) = '64' then 'footwear'
        when left(hs8, 2) in ('84', '85', '90') and left(hs8, 4) <> '8544' then 'machinery'
        else 'other'
    end as family,
    left(hs8, 2) as chapter,
    origin,
    sum(value_vnd) as value_vnd,
    count(*) as items
from item where not is_ended group by all;

create table partner_value as
select is_import, origin as country, sum(value_vnd) as value_vnd, sum(items) as records
from goods_value where is_import group by all
union all
select is_import, partner_country, sum(value_vnd), count(*)
from declaration where not is_import and not is_ended group by all;

create table bloc_value as
select
    is_import,
    case
        when country in (
            'AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE',
            'IT', 'LV', 'LT', 'LU', 'MT', 'NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE'
        ) then 'EU'
        when country in ('BN', 'KH', 'ID', 'LA', 'MY', 'MM', 'PH', 'SG', 'TH') then 'ASEAN'
        else coalesce(country, '?')
    end as bloc,
    sum(value_vnd) as value_vnd,
    sum(records) as records
from partner_value group by all;

create or replace macro family_share(import, name) as (
    select sum(value_vnd) filter (family = name) / nullif(sum(value_vnd), 0)
    from goods_value where is_import = import
);
create or replace macro bloc_share(import, name) as (
    select sum(value_vnd) filter (bloc = name) / nullif(sum(value_vnd), 0)
    from bloc_value where is_import = import
);
create or replace macro items_of(import) as (
    select coalesce(sum(items), 0) from goods_value where is_import = import
);
create or replace macro records_of(import) as (
    select coalesce(sum(records), 0) from bloc_value where is_import = import
);

insert into measured
values
('export_phones', family_share(false, 'phones'), items_of(false)),
('export_electronics', family_share(false, 'electronics'), items_of(false)),
('export_textiles', family_share(false, 'textiles'), items_of(false)),
('export_footwear', family_share(false, 'footwear'), items_of(false)),
('import_electronics', family_share(true, 'electronics'), items_of(true)),
('import_machinery', family_share(true, 'machinery'), items_of(true)),
('import_phones', family_share(true, 'phones'), items_of(true)),
('export_us', bloc_share(false, 'US'), records_of(false)),
('export_cn', bloc_share(false, 'CN'), records_of(false)),
('export_eu', bloc_share(false, 'EU'), records_of(false)),
('import_cn', bloc_share(true, 'CN'), records_of(true)),
('import_kr', bloc_share(true, 'KR'), records_of(true)),
('import_asean', bloc_share(true, 'ASEAN'), records_of(true));

create table unit_value as
select item.hs8, item.origin, item.unit,
    ln(item.value_vnd / usd_rate.vnd / item.quantity) as log_price
from item
asof inner join usd_rate on item.day >= usd_rate.from_date
where item.is_import and item.value_vnd > 0 and item.quantity > 0;

create table price_cell as
select hs8, origin, unit, count(*) as items, avg(log_price) as mean, var_samp(log_price) as variance
from unit_value group by all having count(*) >= 10;

insert into measured
select
    'price_dispersion',
    sqrt(sum(variance * (items - 1)) / nullif(sum(items - 1), 0)),
    coalesce(sum(items), 0)
from price_cell;

insert into drawn
select 'prices', 'generated', round((unit_value.log_price - price_cell.mean) * 10) / 10, null,
    count(*) / sum(count(*)) over ()
from unit_value inner join price_cell using (hs8, origin, unit)
where abs(unit_value.log_price - price_cell.mean) < 3.05
group by 3
union all
select 'families', if(is_import, 'imports', 'exports'), null, family,
    sum(value_vnd) / sum(sum(value_vnd)) over (partition by is_import)
from goods_value group by is_import, family
union all
select 'partners', if(is_import, 'imports', 'exports'), null, bloc,
    value_vnd / sum(value_vnd) over (partition by is_import)
from bloc_value;

-- name: season
-- The calendar: Tết, the end of the year, weekdays and hours.

create table day_count as
select day, count(*) as declarations, count(*) filter (is_import) as imports
from declaration group by day;

-- First days of the lunar year.
create table tet (first_day date);
insert into tet
values
('2018-02-16'), ('2019-02-05'), ('2020-01-25'), ('2021-02-12'), ('2022-02-01'), ('2023-01-22'),
('2024-02-10'), ('2025-01-29'), ('2026-02-17'), ('2027-02-06'), ('2028-01-26'), ('2029-02-13');

-- Only a Tết of which the weeks before and after are in the period.
create table tet_day as
select
    date_diff('day', tet.first_day, day_count.day) as distance,
    day_count.declarations,
    day_count.imports
from tet
cross join period
inner join day_count on day_count.day between tet.first_day - 56 and tet.first_day + 56
where tet.first_day - 56 >= period.first_day and tet.first_day + 56 <= period.last_day;

create table tet_sum as
select
    -- A day without a declaration has no row: the divisor is the calendar's.
    sum(declarations) filter (distance between -1 and 5) / 7.0 as dip,
    sum(imports) filter (distance between -21 and -4) / 18.0 as rush,
    sum(declarations) filter (abs(distance) between 22 and 56) / 70.0 as usual,
    sum(imports) filter (abs(distance) between 22 and 56) / 70.0 as usual_imports,
    coalesce(sum(declarations), 0) as declarations
from tet_day;

insert into measured
select 'tet_dip', coalesce(dip, 0) / nullif(usual, 0), declarations from tet_sum
union all
select 'tet_rush', rush / nullif(usual_imports, 0), declarations from tet_sum;

-- Years of which March to December are in the period.
create table whole_year as
select day_count.*, month(day_count.day) as month
from day_count cross join period
where
    make_date(year(day_count.day), 3, 1) >= period.first_day
    and make_date(year(day_count.day), 12, 28) <= period.last_day;

insert into measured
select
    'year_end_peak',
    avg(declarations) filter (month >= 11)
    / nullif(avg(declarations) filter (month between 3 and 10), 0),
    coalesce(sum(declarations), 0)
from whole_year
union all
select
    'busiest_day',
    max(day_count.declarations) / nullif(sum(day_count.declarations) / max(period.days), 0),
    -- Less than half a year may not have a busy season at all.
    coalesce(sum(day_count.declarations) filter (period.days >= 180), 0)
from day_count cross join period
union all
select 'weekend_share', avg(cast(isodow(day) >= 6 as double)), count(*) from declaration
union all
select 'office_hours_share', avg(cast(hour(registered) between 7 and 17 as double)), count(*)
from declaration;

insert into drawn
select
    'weeks', 'declarations a day',
    epoch(cast(date_trunc('week', day_count.day) as timestamp)) / 86400, null,
    sum(day_count.declarations) / 7
from day_count cross join period
-- Weeks that the period cuts would look like a dip.
where
    cast(date_trunc('week', day_count.day) as date) >= period.first_day
    and cast(date_trunc('week', day_count.day) as date) + 6 <= period.last_day
group by 3
union all
select 'weekdays', 'generated', isodow(day), null, count(*) / sum(count(*)) over ()
from declaration group by 3
union all
select 'hours', 'generated', hour(registered), null, count(*) / sum(count(*)) over ()
from declaration group by 3
union all
select 'tet', 'generated', distance, null, sum(tet_day.declarations) / max(tet_sum.usual)
from tet_day cross join tet_sum group by distance;
