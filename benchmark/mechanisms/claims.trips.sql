-- name: diverted
-- One row per trip of irregular goods: which share of them is lost to it, whether it ended, and
-- whether its seal did where it was to go: detached, or told less than a km from there.
create table diverted as
with

destinations as (

    select
        MA_TUYEN as route,
        try_cast(split_part(string_split(DUONG, ';')[-1], ' ', 1) as double) as end_lat,
        try_cast(split_part(string_split(DUONG, ';')[-1], ' ', 2) as double) as end_lon
    from raw_tuyen
    qualify row_number() over (
        partition by MA_TUYEN order by try_cast(SEQ_NO as bigint) desc
    ) = 1

),

seals as (

    select
        trip.trip,
        bool_or(ev = 'DETACH' or coalesce(sqrt(
            power((try_cast(lat as double) - end_lat) * 111.2, 2)
            + power((try_cast(lon as double) - end_lon) * 111.2 * cos(radians(end_lat)), 2)
        ) < 1, false)) as has_arrived
    from (select distinct trip, route from trip) as trip
    inner join raw_seal on trip.trip = raw_seal.vc
    left join destinations using (route)
    group by trip.trip

)

select
    deed.mechanism, trip.trip, max(evaded_vnd / whole_vnd) as evaded_share,
    bool_or(trip.came_at is not null) as has_arrived, max(trip_sign.seal_alarms) as seal_alarms,
    bool_or(coalesce(seals.has_arrived, false)) as seal_arrived,
    max(trip_sign.off_route_km) as off_route_km
from deed
inner join trip using (base)
inner join trip_sign using (base)
left join seals on trip.trip = seals.trip
where whole_vnd > 0
group by deed.mechanism, trip.trip;

-- name: off_the_route
-- The seal was opened, and the lorry left its approved route by more than its width. Signals get
-- lost; of honest trips one in thirty shows both.
select mechanism, seal_alarms > 0 and off_route_km > 0 as holds
from diverted where seal_alarms is not null;

-- name: all_never_arrives
-- What is taken whole never arrives, nor does its seal, and what is taken in part does; the last may
-- be on the way.
select
    mechanism,
    case when evaded_share > 0.95 then not has_arrived and not seal_arrived else has_arrived end
        as holds
from diverted;

-- name: a_fifth_takes_all
-- One in five takes all of it, within three standard errors; of fewer trips none would pass as well.
select
    mechanism,
    abs(avg((evaded_share > 0.95)::integer) - 0.2) <= 3 * sqrt(0.2 * 0.8 / count(*)) as holds
from diverted
group by mechanism
having count(*) >= 40;
