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
