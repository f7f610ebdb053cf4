-- name: trip
-- One row per bonded trip, as last reported.
create table trip as
select
    SO_VC as trip, PLATE as plate, TUYEN as route,
    moment_of(KH_DEN) as due_at,
    moment_of(TT_DI) as left_at,
    moment_of(TT_DEN) as came_at,
    try_cast(left(unnest(string_split(SO_TK, ';')), 11) as bigint) as base
from last_rows('raw_vanchuyen', SO_VC);

-- name: trip_signs
-- One row per declaration: what seals, positions and scales say of its trips, positions against the
-- approved route. What has not come is late when the day on which it is due is on file.
create table trip_sign as
with

positions as (

    select
        vc as trip, ev, instant_of(ts) as moment,
        try_cast(lat as double) as lat, try_cast(lon as double) as lon
    from raw_seal
    where vc is not null
    qualify row_number() over (partition by seal, n order by ts) = 1

),

routes as (
    select
        MA_TUYEN as route, number_of(RONG_KM) as width_km,
        list_transform(
            string_split(DUONG, ';'),
            lambda point: {
                'lat': try_cast(split_part(point, ' ', 1) as double),
                'lon': try_cast(split_part(point, ' ', 2) as double)
            }
        ) as points
    from last_rows('raw_tuyen', MA_TUYEN)
),

legs as (

    select
        route, width_km,
        unnest(points[:-2]) as a,
        unnest(points[2:]) as b
    from routes

),

flat as (

    -- Kilometres east and north of the position: a degree is 111.2 km.
    select
        positions.trip, positions.ev, positions.moment, legs.width_km,
        (a.lon - lon) * 111.2 * cos(radians(lat)) as from_x, (a.lat - lat) * 111.2 as from_y,
        (b.lon - lon) * 111.2 * cos(radians(lat)) as to_x, (b.lat - lat) * 111.2 as to_y
    from positions
    inner join (select distinct trip, route from trip) as planned using (trip)
    inner join legs using (route)
    where lat is not null

),

off_route as (

    -- How far beyond the width of its approved route each position lies.
    select trip, ev, moment,
        min(sqrt(power(from_x + part * dx, 2) + power(from_y + part * dy, 2)) - width_km) as off_km
    from (
        select
            *, to_x - from_x as dx, to_y - from_y as dy,
            greatest(0, least(1, coalesce(
                -(from_x * (to_x - from_x) + from_y * (to_y - from_y))
                / nullif(power(to_x - from_x, 2) + power(to_y - from_y, 2), 0), 0
            ))) as part
        from flat
    )
    group by trip, ev, moment

),

steps as (
    select
        positions.trip, positions.ev, off_route.off_km,
        epoch(lead(positions.moment) over (
            partition by positions.trip order by positions.moment
        ) - positions.moment) / 3600 as hours
    from positions
    left join off_route using (trip, ev, moment)
),

sealed as (
    select
        trip,
        count(*) filter (ev in ('OPEN', 'TAMPER')) as alarms,
        max(hours) filter (ev = 'STOP') as stop_hours,
        max(off_km) as off_km,
        max(off_km) filter (ev = 'STOP') as stop_off_km
    from steps group by trip
),

weighed as (
    select
        trip.trip,
        arg_max(measured_of(NET_KG), TS) filter (
            moment_of(TS) <= left_at + interval 30 minute
        ) as first_kg,
        arg_min(measured_of(NET_KG), TS) filter (
            moment_of(TS) >= came_at - interval 30 minute
        ) as last_kg
    from (select distinct trip, plate, left_at, came_at from trip) as trip
    inner join raw_weighbridge
        on trip.plate = raw_weighbridge.PLATE
        and moment_of(raw_weighbridge.TS) between left_at - interval 3 hour
        and came_at + interval 6 hour
    group by trip.trip
),

of_trader as (
    select
        base,
        (count(distinct trip) filter (alarms > 0) over (partition by trader) + 0.1)
        / (count(distinct trip) over (partition by trader) + 4) as trips_with_alarm
    from trip
    inner join sealed using (trip)
    inner join declaration using (base)
)

select
    trip.base,
    max(trips_with_alarm) as trips_with_alarm,
    max(sealed.alarms) as seal_alarms,
    max(sealed.stop_hours) as stop_hours,
    max(sealed.off_km) as off_route_km,
    max(sealed.stop_off_km) as stop_off_km,
    max(
        case
            when came_at is not null then epoch(came_at - due_at) / 3600
            when due_at::date <= (select max(day) from declaration) then 1000
        end
    ) as trip_late,
    max(1 - last_kg / nullif(first_kg, 0)) filter (first_kg > 0) as arrives_lighter
from trip
left join sealed using (trip)
left join weighed using (trip)
left join of_trader on trip.base = of_trader.base
group by trip.base;
