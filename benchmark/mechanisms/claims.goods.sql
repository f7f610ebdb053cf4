-- name: under_seal
-- The goods travel under seal.
select deed.mechanism, trips.base is not null as holds
from (select distinct mechanism, base from deed) as deed
left join (
    select distinct try_cast(left(unnest(string_split(SO_TK, ';')), 11) as bigint) as base
    from last_rows('raw_vanchuyen', SO_VC)
) as trips using (base);

-- name: scale_tells
-- Where both ends weighed it, the part that is lacking is the part on which duty is evaded. A weight
-- far from the declared one, or that grew on the way, is of another load of the lorry; a scale errs by
-- some 50 kg.
select mechanism, abs((1 - last_kg / first_kg) - evaded_share) < 0.15 as holds
from (
    select
        deed.mechanism, trip.SO_VC, any_value(evaded_vnd / whole_vnd) as evaded_share,
        any_value(deed.gross_kg) as gross_kg,
        arg_max(weighed.kg, weighed.weighed_at) filter (
            weighed_at <= trip.left_at + interval 30 minute
        ) as first_kg,
        arg_min(weighed.kg, weighed.weighed_at) filter (
            weighed_at >= trip.came_at - interval 30 minute
        ) as last_kg
    from (
        select
            *, moment_of(TT_DI) as left_at, moment_of(TT_DEN) as came_at,
            try_cast(left(SO_TK, 11) as bigint) as base
        from last_rows('raw_vanchuyen', SO_VC)
        where TT_DEN is not null
    ) as trip
    inner join deed using (base)
    inner join (
        select
            PLATE, CONTAINER as box, moment_of(TS) as weighed_at,
            measured_of(NET_KG) as kg
        from raw_weighbridge
    ) as weighed
        on trip.PLATE = weighed.PLATE
        -- The lorry has other loads on the same day.
        and (coalesce(trip.CONTAINERS, '') = '') = (weighed.box is null)
        and contains(coalesce(trip.CONTAINERS, ''), coalesce(weighed.box, ''))
        and weighed.weighed_at between trip.left_at - interval 3 hour
        and trip.came_at + interval 6 hour
    where whole_vnd > 0
    group by deed.mechanism, trip.SO_VC
) as weighed
where
    first_kg >= 1000 and first_kg between 0.7 * gross_kg and 1.3 * gross_kg
    and last_kg > 0 and last_kg < 1.1 * first_kg;

-- name: under_temporary_regime
-- Goods came in for a time.
select mechanism, is_import and regime in ('G11', 'G12', 'G13', 'G14') as holds from deed;

-- name: stays
-- Nothing is re-exported that continues the item.
select mechanism, later.base is null as holds
from deed
left join (select distinct earlier_base as base, earlier_stt as stt from item) as later
    using (base, stt);

-- name: list_use
-- One row per item under an exemption list: what is used of its line so far, and all that the line
-- grants, one time or another. What was used of a list before the files begin, nothing tells: lists
-- that are older are left out.
create table list_use as
with

lines as (
    select
        SO_DMMT as list, try_cast(STT as integer) as list_line,
        list(distinct try_cast(LUONG as double)) as grants,
        min(day_of(TU_NGAY)) as since
    from raw_dmmt
    semi join (select SO_DMMT, STT from last_rows('raw_dmmt', (SO_DMMT, STT))) using (SO_DMMT, STT)
    group by SO_DMMT, try_cast(STT as integer)
),

used as (
    select
        base, stt, list, list_line, quantity,
        sum(quantity) over (partition by list, list_line order by base, stt) as used
    from item
    where list is not null and not is_ended
)

select base, stt, quantity, used, grants
from used
inner join lines using (list, list_line)
where since >= (select min(day) from declaration);

-- name: under_a_list
-- The item is declared under a list, and more than the list first granted has come by then.
select mechanism, used > list_min(grants) as holds
from deed left join list_use using (base, stt)
where list is null or used is not null;

-- name: beyond_the_list
-- What is evaded is the duty on what goes beyond the list, as it stood one time or another.
select
    mechanism,
    len(list_filter(
        grants,
        lambda granted: used > granted and abs(
            evaded_vnd - whole_vnd * least(used - granted, deed.quantity) / deed.quantity
        ) <= 0.15 * evaded_vnd
    )) > 0 as holds
from deed left join list_use using (base, stt)
where list is null or used is not null;

-- name: for_processing
-- Material under a regime of processing or production for export.
select mechanism, is_import and regime in ('E21', 'E31', 'E11', 'E15') as holds from deed;
