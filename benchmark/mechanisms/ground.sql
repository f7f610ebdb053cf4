-- name: successor
-- One row per former code of an office, with the one that took its place.
create table successor as
select
    MA_HQ as former,
    min(MA_MOI) as later
from raw_hq
where MA_MOI is not null
group by MA_HQ;

-- name: declaration
-- One row per declaration, as it was first declared: what truth and checks speak of.
create table declaration as
with

versions as (

    select
        *,
        try_cast(left(SO_TK, 11) as bigint) as base
    from last_rows('raw_tk', SO_TK)
    where is_version(SO_TK)

),

firsts as (

    select *
    from versions
    where is_moment(NGAY_DK)
    qualify row_number() over (partition by base order by SO_TK) = 1

),

ends as (

    select distinct try_cast(SO_TK_GOC as bigint) as base
    from raw_sukien
    where MA_SK in ('HUY', 'TU_CHOI')

),

lanes as (

    select
        try_cast(SO_TK_GOC as bigint) as base,
        max(try_cast(GIA_TRI as integer)) as lane,
        arg_min(try_cast(GIA_TRI as integer), try_cast(SEQ_NO as bigint)) as first_lane,
        arg_max(try_cast(GIA_TRI as integer), try_cast(SEQ_NO as bigint)) as last_lane,
        arg_max(MA_CB, try_cast(SEQ_NO as bigint)) as lane_officer
    from raw_sukien
    where MA_SK in ('LUONG', 'CHUYEN_LUONG')
    group by base

)

select
    firsts.base,
    SO_TK as number,
    NHOM = 'N' as is_import,
    MA_LH as regime,
    -- One name for what was before and after offices were merged.
    coalesce(successor.later, MA_HQ) as office,
    coalesce(MA_DN, '') as trader,
    coalesce(MA_DL, '') as broker,
    TEN_DT as seller,
    MA_NUOC_DT as seller_country,
    MA_PTVT as transport,
    moment_of(NGAY_DK) as registered_at,
    moment_of(NGAY_DK)::date as day,
    left(MA_CANG_XEP, 2) as load_country,
    MA_NUOC_XUAT as export_country,
    SO_VD1 as bill,
    number_of(SO_KIEN) as packages,
    number_of(TRONG_LUONG) * kilograms(MA_DVT_TL) as gross_kg,
    SO_HD as invoice,
    MA_DKGH as terms,
    MA_NT as currency,
    number_of(TONG_TG_HD) as invoice_total,
    coalesce(MA_PL_TRI_GIA, '') as valuation,
    number_of(PHI_VC) as freight,
    number_of(TY_GIA) as rate,
    vnd_of(TONG_TG_TT) as value_vnd,
    coalesce(vnd_of(TONG_THUE), 0) as tax_vnd,
    day_of(HAN_TAI_XUAT) as export_deadline,
    ends.base is not null as is_ended,
    coalesce(lane, 1) as lane,
    coalesce(first_lane, 1) as first_lane,
    coalesce(last_lane, 1) as last_lane,
    lane_officer
from firsts
left join ends on firsts.base = ends.base
left join lanes on firsts.base = lanes.base
left join successor on firsts.MA_HQ = successor.former;

-- name: item
-- One row per goods item of a first version.
create table item as
with

sent as (

    select
        declaration.base,
        declaration.day,
        declaration.trader,
        declaration.rate,
        declaration.is_import,
        declaration.regime,
        declaration.is_ended,
        try_cast(STT as integer) as stt,
        MA_HS as hs,
        TEN_HANG as name,
        MA_QL as own_code,
        MA_NUOC_XX as origin,
        NHA_SX as producer,
        number_of(LUONG1) as quantity,
        MA_DVT1 as unit,
        coalesce(
            number_of(LUONG2) * kilograms(MA_DVT2),
            number_of(LUONG1) * kilograms(MA_DVT1)
        ) as kg,
        number_of(DON_GIA) * declaration.rate as price_vnd,
        vnd_of(TRI_GIA_TT) as value_vnd,
        MA_BIEU_THUE as schedule,
        SO_CO as certificate,
        SO_DMMT as list,
        try_cast(STT_DMMT as integer) as list_line,
        try_cast(left(SO_TK_LQ, 11) as bigint) as earlier_base,
        try_cast(STT_LQ as integer) as earlier_stt
    from last_rows('raw_hang', (SO_TK, STT)) as goods
    inner join declaration on goods.SO_TK = declaration.number

)

select *
from sent
where stt is not null;
