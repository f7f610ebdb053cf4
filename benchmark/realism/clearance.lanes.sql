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
