-- name: control
-- Corrections, sanctions, audits; gates and parcels.

insert into measured
select 'violations_share', count(distinct vipham.SO_QD) / nullif(max(period.declarations), 0),
    coalesce(max(period.declarations), 0)
from period
left join raw_vipham as vipham
    on day_of(vipham.NGAY_QD) between period.first_day and period.last_day
union all
select 'correction_share', count(distinct khaibosung.SO_KBS) / nullif(max(period.declarations), 0),
    coalesce(max(period.declarations), 0)
from period
left join raw_khaibosung as khaibosung
    on day_of(khaibosung.NGAY) between period.first_day and period.last_day
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
