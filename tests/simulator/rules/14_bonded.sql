-- rule: bonded_leaves_after_control
-- tables: sukien, kiemtra, vanchuyen
-- A bonded movement departs after clearance, release or leave to store, and not before a scanner or
-- who opens its goods has ended.
with released as (
    select SO_TK_GOC as base, min(THOI_DIEM) as moment
    from sukien where MA_SK in ('TQ', 'BP', 'MHBQ') group by SO_TK_GOC
),

looked as (
    select SO_TK_GOC as base, max(DEN) as moment
    from kiemtra where HINH_THUC in ('2', '3', '4') group by SO_TK_GOC
),

trip as (
    select SO_VC, TT_DI, left(unnest(string_split(SO_TK, ';')), 11) as base
    from vanchuyen where TT_DI is not null
)

select
    SO_VC as record_key,
    coalesce(released.moment > TT_DI, true) or coalesce(looked.moment > TT_DI, false)
        as is_violated
from trip
left join released using (base)
left join looked using (base);

-- rule: bonded_export_comes_after_its_trip
-- tables: tk, vanchuyen, port_message, lang_son_gate, lao_cai_gate
-- An export under seal is at the port or the gate after its lorry has arrived, or has left where
-- arrival was never told, and not at all where it never left; what is told in advance may be.
with came as (
    select left(decl, 11) as base, id as event, cast(ts as timestamp) as moment
    from port_message where kind in ('STUFF', 'GATE_IN')
    union all
    select left(unnest(declarations), 11), eventId, cast(to_timestamp(ts / 1000) as timestamp)
    from lang_son_gate where "type" not in ('PRE_DECLARED', 'CLEARED', 'CANCELLED')
    union all
    select
        left(trim(unnest(string_split(SO_TK, '+'))), 11), EVENT_ID,
        try_strptime(THOI_GIAN, '%d/%m/%Y %H:%M') + interval 1 minute
    from lao_cai_gate where LOAI not in ('Khai báo trước', 'Thông quan', 'Hủy')
),

trip as (
    select coalesce(TT_DEN, TT_DI) as moment, left(unnest(string_split(SO_TK, ';')), 11) as base
    from vanchuyen
)

select
    event || ' ' || base as record_key, coalesce(came.moment < trip.moment, true) as is_violated
from came
inner join trip using (base)
inner join declaration using (base)
where NHOM = 'X';

-- rule: bonded_import_leaves_with_its_goods
-- tables: tk, vanchuyen, port_message, lang_son_gate, lao_cai_gate
-- The lorry of an import under seal sets out when port or gate has let all its goods go.
with gone as (
    select left(decl, 11) as base, id as event, cast(ts as timestamp) as moment
    from port_message where kind = 'GATE_OUT'
    union all
    select left(unnest(declarations), 11), eventId, cast(to_timestamp(ts / 1000) as timestamp)
    from lang_son_gate where "type" = 'GATE_OUT'
    union all
    select
        left(trim(unnest(string_split(SO_TK, '+'))), 11), EVENT_ID,
        try_strptime(THOI_GIAN, '%d/%m/%Y %H:%M')
    from lao_cai_gate where LOAI = 'Ra cửa khẩu'
),

trip as (
    select TT_DI, left(unnest(string_split(SO_TK, ';')), 11) as base
    from vanchuyen where TT_DI is not null
)

select event || ' ' || base as record_key, gone.moment > TT_DI as is_violated
from gone
inner join trip using (base)
inner join declaration using (base)
where NHOM = 'N';
