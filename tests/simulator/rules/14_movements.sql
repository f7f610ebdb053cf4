-- rule: departure_before_arrival
-- tables: vanchuyen
-- A bonded movement departs before it arrives, as planned and in fact.
select
    SO_VC as record_key,
    coalesce(KH_DI > KH_DEN, true) or (TT_DEN is not null and TT_DI is null)
    or coalesce(TT_DI > TT_DEN, false) as is_violated
from vanchuyen;

-- rule: sealed_before_departure
-- tables: vanchuyen, seal_stream
-- A seal's first event of a movement is its attaching, not after the departure (its clock may drift).
with trip as (
    select
        vc, seal, arg_min(ev, n) as first_event,
        min(ts) filter (where ev = 'ATTACH') as attached
    from seal_stream
    where vc is not null
    group by vc, seal
)

select
    vc || ' ' || seal as record_key,
    first_event <> 'ATTACH' or attached is null
    or cast(attached as timestamp) > TT_DI + interval 15 minute as is_violated
from trip inner join vanchuyen on SO_VC = vc
where TT_DI is not null;

-- rule: lang_son_out_after_cleared
-- tables: tk, lang_son_gate, vanchuyen
-- Goods leave the gate after their clearance, or under a bonded or transit permit.
with way_out as (
    select eventId, unnest(declarations) as number, ts, to_timestamp(ts / 1000) as moment
    from lang_son_gate
    where "type" = 'GATE_OUT'
),

gate_clearance as (
    select unnest(declarations) as number, min(ts) as ts
    from lang_son_gate
    where "type" = 'CLEARED'
    group by number
),

permitted as (select unnest(string_split(SO_TK, ';')) as number from vanchuyen)

select
    eventId || ' ' || way_out.number as record_key,
    not coalesce(gate_clearance.ts <= way_out.ts, false)
    and not coalesce(NGAY_TQ <= cast(moment as timestamp) + interval 10 minute, false)
        as is_violated
from way_out
left join gate_clearance using (number)
left join declaration on base = left(way_out.number, 11)
where left(way_out.number, 11) not in (select left(permitted.number, 11) from permitted)
    and (MA_LH is null or left(MA_LH, 1) not in ('C', 'G'))
    and (base is not null or gate_clearance.ts is not null);

-- rule: lao_cai_out_after_cleared
-- tables: tk, lao_cai_gate, vanchuyen
-- The same at the second province, whose events are to the minute.
with event as (
    select
        EVENT_ID, LOAI, try_strptime(THOI_GIAN, '%d/%m/%Y %H:%M') as moment,
        trim(unnest(string_split(SO_TK, '+'))) as number
    from lao_cai_gate
),

gate_clearance as (
    select number, min(moment) as moment from event where LOAI = 'Thông quan' group by number
),

permitted as (select unnest(string_split(SO_TK, ';')) as number from vanchuyen)

select
    EVENT_ID || ' ' || event.number as record_key,
    not coalesce(gate_clearance.moment <= event.moment, false)
    and not coalesce(NGAY_TQ <= event.moment + interval 10 minute, false) as is_violated
from event
left join gate_clearance using (number)
left join declaration on base = left(event.number, 11)
where LOAI = 'Ra cửa khẩu'
    and left(event.number, 11) not in (select left(permitted.number, 11) from permitted)
    and (MA_LH is null or left(MA_LH, 1) not in ('C', 'G'))
    and (base is not null or gate_clearance.moment is not null);

-- rule: port_out_after_release
-- tables: tk, sukien, port_message, vanchuyen
-- An import leaves the port after clearance, release or leave to store, or in bonded transport.
with released as (
    select SO_TK_GOC as base, min(THOI_DIEM) as moment
    from sukien where MA_SK in ('TQ', 'BP', 'MHBQ') group by SO_TK_GOC
),

permitted as (select unnest(string_split(SO_TK, ';')) as number from vanchuyen)

select
    id as record_key,
    coalesce(released.moment > cast(ts as timestamp) + interval 10 minute, true) as is_violated
from port_message
inner join declaration on base = left(decl, 11)
left join released using (base)
where kind = 'GATE_OUT' and NHOM = 'N'
    and base not in (select left(permitted.number, 11) from permitted);
