-- name: truth
-- One row per irregular item; what is wrong with a whole declaration stands on each of its items.
create table irregular as
select
    item.base,
    item.stt,
    raw_truth.mechanism,
    raw_truth.scheme_id,
    raw_truth.intent = 1 as is_meant,
    raw_truth.stt is null as is_whole,
    raw_truth.loss_id,
    true_hs,
    true_origin,
    true_quantity::double as true_quantity,
    true_value_vnd,
    duty_evaded_vnd as evaded_vnd,
    starts_on
from raw_truth
inner join item
    on try_cast(raw_truth.so_tk_goc as bigint) = item.base
    and (raw_truth.stt = item.stt or raw_truth.stt is null);

-- name: scheme
-- One row per scheme with an irregular item: as the truth tells it, else only since when it runs.
create table scheme as
select
    own.scheme_id,
    own.mechanism,
    coalesce(raw_scheme.ma_dn, own.trader) as trader,
    raw_scheme.group_id,
    own.starts_on,
    raw_scheme.ends_on,
    coalesce(successor.later, raw_scheme.ma_hq) as office,
    raw_scheme.ma_dl as broker,
    raw_scheme.ma_cb as officer,
    raw_scheme.ma_dn_sau as heir,
    raw_scheme.scheme_id is not null as is_told
from (
    select
        scheme_id,
        mechanism,
        min(starts_on) as starts_on,
        arg_min(declaration.trader, declaration.registered_at) as trader
    from irregular
    inner join declaration using (base)
    where scheme_id is not null
    group by scheme_id, mechanism
) as own
left join raw_scheme on own.scheme_id = raw_scheme.scheme_id
left join successor on raw_scheme.ma_hq = successor.former;

-- name: inspection
-- One row per inspection by a method, as last reported.
create table inspection as
select
    try_cast(SO_TK_GOC as bigint) as base,
    HINH_THUC as method,
    KET_QUA as result,
    MA_CB as officer,
    moment_of(TU) as begun_at,
    moment_of(DEN) as ended_at
from last_rows('raw_kiemtra', (MA_KT, STT_KT));

-- name: exempted
-- One row per item with taxes that its regime forgives.
create table exempted as
select
    declaration.base,
    try_cast(STT as integer) as stt,
    sum(try_cast(SO_TIEN_MIEN as bigint)) as forgiven_vnd
from last_rows('raw_thue', (SO_TK, STT, MA_SAC_THUE)) as taxes
inner join declaration on taxes.SO_TK = declaration.number
where SO_TIEN_MIEN is not null
group by declaration.base, try_cast(STT as integer);
