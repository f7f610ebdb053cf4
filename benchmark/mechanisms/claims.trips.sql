-- name: diverted
-- One row per trip of irregular goods: which share of them is lost to it, and whether it ended.
create table diverted as
select
    deed.mechanism, trip.trip, max(evaded_vnd / whole_vnd) as evaded_share,
    bool_or(trip.came_at is not null) as has_arrived, max(trip_sign.seal_alarms) as seal_alarms,
    max(trip_sign.off_route_km) as off_route_km
from deed
inner join trip using (base)
inner join trip_sign using (base)
where whole_vnd > 0
group by deed.mechanism, trip.trip;

-- name: off_the_route
-- The seal was opened, and the lorry left its approved route by more than its width. Signals get
-- lost; of honest trips one in thirty shows both.
select mechanism, seal_alarms > 0 and off_route_km > 0 as holds
from diverted where seal_alarms is not null;

-- name: all_never_arrives
-- What is taken whole never arrives, and what is taken in part does; the last may be on the way.
select mechanism, (evaded_share > 0.95) <> has_arrived as holds from diverted;

-- name: a_fifth_takes_all
-- One in five takes all of it, within three standard errors; of fewer trips none would pass as well.
select
    mechanism,
    abs(avg((evaded_share > 0.95)::integer) - 0.2) <= 3 * sqrt(0.2 * 0.8 / count(*)) as holds
from diverted
group by mechanism
having count(*) >= 40;
