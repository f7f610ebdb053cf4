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
select 'exporters', trader, sum(value_vnd)
from declaration where not is_import and not is_ended and trader is not null group by trader
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
insert into measured
select 'debt_top_8', held_by('debtors', 0.08), count(*) from ranked where kind = 'debtors'
union all
select 'exporter_top_1', held_by('exporters', 0.01), count(*) from ranked where kind = 'exporters'
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
