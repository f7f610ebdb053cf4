-- name: declarations
-- Volume, values, regimes and items per declaration.

insert into measured
select 'declarations_a_year', declarations * 365.0 / nullif(days, 0), declarations from period
union all
select 'value_mean', avg(value_usd), count(value_usd) from declaration where not is_ended
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
select 'cancelled_share', avg(cast(is_cancelled as double)), count(*) from declaration;

create table declared_length as
select base, count(*) as items from item group by base;

insert into measured
select 'items_mean', avg(items), count(*) from declared_length
union all
select 'single_item_share', avg(cast(items = 1 as double)), count(*) from declared_length
union all
select 'items_most', max(items), count(*) from declared_length;

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
