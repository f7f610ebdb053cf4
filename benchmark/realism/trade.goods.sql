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
