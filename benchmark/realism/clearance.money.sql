-- name: money
-- Revenue, preferences and payments.

create table revenue as
select tax.kind, declaration.department, sum(tax.due_vnd) as due_vnd
from tax inner join declaration using (base) group by all;

create table turnover as
select sum(value_usd) as value_usd, count(*) as declarations from declaration where not is_ended;

insert into measured
select 'revenue_per_turnover', sum(revenue.due_vnd) / nullif(max(turnover.value_usd), 0),
    coalesce(max(turnover.declarations), 0)
from revenue cross join turnover
union all
select 'vat_share', sum(due_vnd) filter (kind = 'V') / nullif(sum(due_vnd), 0),
    max(turnover.declarations)
from revenue cross join turnover
union all
select 'city_revenue_share', sum(due_vnd) filter (department = '02') / nullif(sum(due_vnd), 0),
    max(turnover.declarations)
from revenue cross join turnover;

insert into measured
select
    'taxed_import_share',
    sum(declaration.value_vnd) filter (paid.due_vnd > 0) / nullif(sum(declaration.value_vnd), 0),
    count(*)
from declaration
left join (select base, sum(due_vnd) as due_vnd from tax group by base) as paid using (base)
where declaration.is_import and not declaration.is_ended;

-- Listed rates in percent of value; rates by quantity are not compared.
create table listed_rate as
select MA_BIEU_THUE as schedule, MA_HS as hs8,
    try_cast(rtrim(THUE_SUAT, '% ') as double) as rate,
    coalesce(day_of(TU_NGAY), date '1900-01-01') as from_date,
    coalesce(day_of(DEN_NGAY), date '9999-12-31') as to_date
from listed_row where try_cast(rtrim(THUE_SUAT, '% ') as double) is not null;

create table usual_import as
select hs8, origin, schedule, day, sum(value_vnd) as value_vnd, count(*) as items
from item where is_import and not is_ended and left(regime, 1) = 'A' group by all;

create table used_schedule as
select distinct schedule, origin from usual_import where is_of_agreement(schedule);

create table eligible as
select imports.hs8, imports.origin, imports.day
from (select distinct hs8, origin, day from usual_import) as imports
inner join listed_rate as mfn
    on
        imports.hs8 = mfn.hs8
        and mfn.schedule = 'B01'
        and imports.day between mfn.from_date and mfn.to_date
inner join used_schedule on imports.origin = used_schedule.origin
inner join listed_rate as preference
    on
        imports.hs8 = preference.hs8
        and used_schedule.schedule = preference.schedule
        and imports.day between preference.from_date and preference.to_date
where mfn.rate > 0 and preference.rate < mfn.rate
group by all;

insert into measured
select
    'preference_use',
    sum(value_vnd) filter (is_of_agreement(schedule)) / nullif(sum(value_vnd), 0),
    coalesce(sum(items), 0)
from usual_import semi join eligible using (hs8, origin, day);

create table payment_read as
select
    SO_BT as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    try_cast(SO_TK_GOC as bigint) as base,
    MA_SAC_THUE as kind,
    day_of(NGAY_CT) as paid_date
from raw_nop where LOAI = 'NOP';

create table payment as
select tax.base, tax.kind, max(tax.due_date) as due_date, max(payments.paid_date) as paid_date
from current_rows('payment_read') as payments
inner join tax on payments.base = tax.base and payments.kind = tax.kind
where payments.op <> 'D' group by all;

insert into measured
select 'late_payment_share', avg(cast(paid_date > due_date as double)), count(*)
from payment where due_date is not null and paid_date is not null;

insert into drawn
select 'taxes', 'generated', null, kind, sum(due_vnd) / sum(sum(due_vnd)) over ()
from revenue group by kind;
