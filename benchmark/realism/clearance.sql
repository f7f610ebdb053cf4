-- name: lanes
-- Lanes as the selection system gave them, their grounds, changes by officers, times to clearance.

create view chosen as select * from lane where not is_random;

insert into measured
select 'green_share', avg(cast(lane = 1 as double)), count(*) from chosen
union all
select 'yellow_share', avg(cast(lane = 2 as double)), count(*) from chosen
union all
select 'red_share', avg(cast(lane = 3 as double)), count(*) from chosen
union all
select 'yellow_managed_share', avg(cast(coalesce(ground, '') = 'CN' as double)), count(*)
from chosen where lane = 2
union all
select
    'lane_direction_gap',
    avg(cast(lane > 1 as double)) filter (is_import)
    - avg(cast(lane > 1 as double)) filter (not is_import),
    count(*)
from chosen
union all
select 'random_share', avg(cast(is_random as double)), count(*) from lane;

create table regime_lane as
select regime, is_import, count(*) as declarations, avg(cast(lane = 2 as double)) as yellow,
    avg(cast(lane = 3 as double)) as red
from chosen group by regime, is_import having count(*) >= 200;

insert into measured
select 'lane_regime_gap', max(yellow + red) - min(yellow + red), coalesce(sum(declarations), 0)
from regime_lane;

insert into measured
select 'override_share', avg(cast(changed_lane.base is not null as double)), count(*)
from lane left join changed_lane using (base)
union all
select
    'override_to_red_share',
    avg(cast(lane.lane = 2 and changed_lane.to_lane = 3 as double)),
    count(*)
from lane inner join changed_lane using (base);

create table waiting as
select
    lane.lane,
    date_diff('second', lane.registered, lane.decided) as answer_seconds,
    date_diff('second', lane.registered, lane.cleared) as clearance_seconds
from lane anti join changed_lane using (base);

insert into measured
select 'lane_response', median(answer_seconds), count(answer_seconds) from waiting
union all
select 'green_clearance', median(clearance_seconds), count(clearance_seconds)
from waiting where lane = 1
union all
select 'yellow_clearance', median(clearance_seconds) / 3600, count(clearance_seconds)
from waiting where lane = 2
union all
select 'red_clearance', median(clearance_seconds) / 3600, count(clearance_seconds)
from waiting where lane = 3;

insert into drawn
select 'lanes', series, lane, null, count(*) / sum(count(*)) over (partition by series)
from (
    select 'generated' as series, lane from chosen
    union all
    select if(is_import, 'imports', 'exports'), lane from chosen
)
group by series, lane
union all
select 'regime_lanes', 'yellow', null, regime, yellow from regime_lane
union all
select 'regime_lanes', 'red', null, regime, red from regime_lane
union all
select 'grounds', 'generated', null, coalesce(ground, 'none'), count(*) / sum(count(*)) over ()
from chosen where lane = 2 group by ground
union all
select
    'clearance', cast(lane as text), magnitude, null,
    sum(count(*)) over (partition by lane order by magnitude)
    / sum(count(*)) over (partition by lane)
from (
    select lane, round(log10(greatest(clearance_seconds, 1)) * 4) / 4 as magnitude
    from waiting where clearance_seconds is not null
)
group by lane, magnitude;

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

-- Listed rates in percent of value; rates by quantity are not compared.
create table listed_rate as
select MA_BIEU_THUE as schedule, MA_HS as hs8,
    try_cast(rtrim(THUE_SUAT, '% ') as double) as rate,
    coalesce(try_cast(TU_NGAY as date), date '1900-01-01') as from_date,
    coalesce(try_cast(DEN_NGAY as date), date '9999-12-31') as to_date
from raw_bieuthue where try_cast(rtrim(THUE_SUAT, '% ') as double) is not null;

-- B01 is MFN, B02 and B17 chapter 98, B03 ordinary, B14 to B16 and B30 and above no preference.
create or replace macro is_preference(schedule) as (
    schedule between 'B04' and 'B13'
    or schedule between 'B18' and 'B29'
    or schedule between 'B31' and 'B60'
);

create table usual_import as
select hs8, origin, schedule, day, sum(value_vnd) as value_vnd, count(*) as items
from item where is_import and not is_ended and left(regime, 1) = 'A' group by all;

create table used_schedule as
select distinct schedule, origin from usual_import where is_preference(schedule);

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
    sum(value_vnd) filter (is_preference(schedule)) / nullif(sum(value_vnd), 0),
    coalesce(sum(items), 0)
from usual_import semi join eligible using (hs8, origin, day);

create table payment_read as
select
    SO_BT as key,
    try_cast(SEQ_NO as bigint) as seq,
    OP as op,
    try_cast(SO_TK_GOC as bigint) as base,
    MA_SAC_THUE as kind,
    try_cast(NGAY_CT as date) as paid_date
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

-- name: control
-- Checks, corrections, sanctions, audits; gates and parcels.

insert into measured
select 'physical_hit_share', avg(cast(is_irregular as double)), count(*) from physical_check
union all
select 'violations_share', count(distinct vipham.SO_QD) / nullif(max(period.declarations), 0),
    coalesce(max(period.declarations), 0)
from period
left join raw_vipham as vipham
    on try_cast(vipham.NGAY_QD as date) between period.first_day and period.last_day
union all
select 'correction_share', count(distinct khaibosung.SO_KBS) / nullif(max(period.declarations), 0),
    coalesce(max(period.declarations), 0)
from period
left join raw_khaibosung as khaibosung
    on try_cast(khaibosung.NGAY as date) between period.first_day and period.last_day
union all
select
    'audit_hit_share',
    avg(cast(assessed_vnd > 0 or coalesce(result, '') = '1' as double)),
    count(*)
from audit where is_concluded
union all
select 'audit_collected_share', sum(paid_vnd) / nullif(sum(assessed_vnd + fined_vnd), 0), count(*)
from audit where is_due
union all
select 'audit_yield', avg(assessed_vnd + fined_vnd) / 1e6, count(*) from audit where is_concluded
union all
select 'audit_premises_share', avg(cast(kind = 'TS' as double)), count(kind) from audit;

create table gate_in as
select eventId as event, any_value(direction) as direction,
    cast(make_timestamp(any_value(try_cast(ts as bigint)) * 1000) + interval 7 hours as date) as day
from raw_gate where type = 'GATE_IN' group by eventId;

create table parcel as
select DATE as day, max(try_cast(PARCELS as bigint)) as parcels
from raw_parcels group by DATE, PLATFORM, ORIGIN, OFFICE, CATEGORY;

insert into measured
select 'lang_son_vehicles', count(*) / nullif(count(distinct day), 0), count(*) from gate_in
union all
select 'lang_son_import_share', avg(cast(direction = 'IN' as double)), count(*) from gate_in
union all
select 'parcels_a_day', sum(parcels) / nullif(count(distinct day), 0), coalesce(sum(parcels), 0)
from parcel;

insert into drawn
select 'audits', 'assessed', round(log10(assessed_vnd + fined_vnd) * 4) / 4, null, count(*)
from audit where is_concluded and assessed_vnd + fined_vnd > 0 group by 3
union all
select
    'gates', if(direction = 'IN', 'import', 'export'), epoch(cast(day as timestamp)) / 86400, null,
    count(*)
from gate_in group by direction, day;
