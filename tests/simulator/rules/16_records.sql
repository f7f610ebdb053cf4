-- rule: destinations_are_of_exports
-- tables: tk
-- The last known destination is told of exports, and of them only.
select SO_TK as record_key, (NHOM = 'X') <> (MA_NUOC_DICH is not null) as is_violated from tk;

-- rule: refunds_are_what_was_granted
-- tables: hoanthue, nop
-- What a decision grants is booked under its number, as refund or as not collected, and only that.
with booked as (
    select SO_QD, LOAI, sum(SO_TIEN) as amount
    from nop
    where LOAI in ('HOAN', 'KT')
        and NGAY_HT < (select max(nop.NGAY_HT) from nop) - interval 5 day
    group by SO_QD, LOAI
),

claim as (
    select * from hoanthue
    -- What is decided at the very end may be booked in a file that is late.
    where NGAY_QD is null or NGAY_QD < (select max(nop.NGAY_HT) from nop) - interval 5 day
)

select
    coalesce(booked.SO_QD, claim.SO_QD, SO_HS) as record_key,
    case when KET_QUA = 'DONG_Y' or KET_QUA is null and booked.SO_QD is not null
        then coalesce(amount <> SO_TIEN_DUYET or booked.LOAI <> claim.LOAI, true)
            or SO_TIEN_DUYET > SO_TIEN
        else booked.SO_QD is not null or SO_TIEN_DUYET > 0 is true end as is_violated
from booked full outer join claim using (SO_QD);

-- rule: claims_are_decided_in_time
-- tables: hoanthue
-- tolerated: 0.02
-- Six working days when refunded first, forty days when checked before, and a holiday between.
select
    SO_HS as record_key,
    coalesce(
        NGAY_QD < NGAY_NOP_HS
        or NGAY_QD - NGAY_NOP_HS > case PHAN_LOAI when 'HOAN_TRUOC' then 18 else 50 end,
        false
    ) as is_violated
from hoanthue;

-- rule: the_window_hears_what_platforms_hear
-- tables: nsw_gate, lang_son_gate, lao_cai_gate
-- A lorry that gets in at a gate of the window gets in at its province's platform in that minute.
with entered as (
    select vehicle.plate as plate, date_trunc('minute', to_timestamp(ts / 1000)) as moment
    from lang_son_gate where "type" = 'GATE_IN'
    union all
    select unnest([BIEN_VN, BIEN_NN]), try_strptime(THOI_GIAN || ' +07', '%d/%m/%Y %H:%M %z')
    from lao_cai_gate where LOAI = 'Vào cửa khẩu'
)

select
    MsgId as record_key,
    (VehiclePlate, date_trunc('minute', SentAt)) not in (
        select (entered.plate, entered.moment) from entered where entered.plate is not null
    ) as is_violated
from nsw_gate where Step = 3;

-- rule: steps_of_the_window
-- tables: nsw_gate
-- Twelve steps; a fee is told with the last, a refusal where goods would be cleared.
select
    MsgId as record_key,
    Step not between 1 and 12 or coalesce(FeeVnd <= 0, false) or FeeVnd is not null and Step <> 12
    or "Result" = 'REFUSED' and Step <> 11 as is_violated
from nsw_gate;

-- rule: passengers_cross_after_landing
-- tables: passenger_list, persons
-- tolerated: 0.01
-- Who is on the last list of a flight and not in transit crosses within two hours of the landing.
with aboard as (
    select id, arrival, unnest(persons) as one
    from passenger_list where arrival < (select max(ts) from persons) - interval 4 day
)

select
    aboard.id || ' ' || one.doc_no as record_key,
    coalesce(min(ts) filter (where direction = 'IN') > arrival + interval 2 hour, true)
        as is_violated
from aboard left join persons on doc_no = one.doc_no and ts >= arrival
where one.transit = 0
group by aboard.id, arrival, one.doc_no;

-- rule: others_know_registered_firms
-- tables: dn, vpkhac, kehoachkt
-- Whom other agencies fine or plan to inspect is a firm of the register.
select record_key, dn.MA_DN is null or LOAI_DN <> 'DN' as is_violated
from (
    select SO_QD as record_key, MA_DN from vpkhac
    union all
    select SO_KH || ' ' || MA_DN, MA_DN from kehoachkt
) left join dn using (MA_DN);

-- rule: one_inspection_plan_a_year
-- tables: kehoachkt
-- A firm is in one plan a year at most.
select concat_ws(' ', MA_DN, NAM) as record_key, count(*) > 1 as is_violated
from kehoachkt group by MA_DN, NAM;

-- rule: online_is_part_of_all
-- tables: thutuc, hosocv, thietbi
-- What is handled online, secret or connected is part of what there is.
select concat_ws(' ', THANG, MA_TT, MA_HQ) as record_key,
    SO_HS_DT not between 0 and SO_HS or MUC_DO not between 1 and 4 as is_violated
from thutuc
union all
select concat_ws(' ', THANG, MA_DV), SO_HS_DT not between 0 and SO_HS - SO_HS_MAT or SO_HS_MAT < 0
from hosocv
union all
select concat_ws(' ', MA_DD, LOAI, TU_NGAY), SO_KET_NOI not between 0 and SO_LUONG from thietbi;

-- rule: one_commodity_group_at_a_time
-- tables: nhomhang
-- A code has 4, 6 or 8 digits and stands in no two groups on one day, itself or by its heading.
select
    concat_ws(' ', one.MA_HS, one.TU_NGAY) as record_key,
    length(one.MA_HS) not in (4, 6, 8) or count(other.MA_HS) > 0 as is_violated
from nhomhang as one
left join nhomhang as other
    on starts_with(one.MA_HS, other.MA_HS)
    and (one.MA_HS, one.TU_NGAY) <> (other.MA_HS, other.TU_NGAY)
    and cast(one.TU_NGAY as date) <= coalesce(other.DEN_NGAY, date '2999-12-31')
    and cast(other.TU_NGAY as date) <= coalesce(one.DEN_NGAY, date '2999-12-31')
group by one.MA_HS, one.TU_NGAY;

-- rule: declarations_are_dossiers_of_their_month
-- tables: tk, thutuc
-- tolerated: 0.05
-- A whole month's dossiers of the first procedure are the declarations of each office (late files).
with registered as (
    select
        strftime(NGAY_DK, '%Y-%m') as month, MA_HQ, count(distinct left(SO_TK, 11)) as declared
    from tk group by all
)

select
    concat_ws(' ', THANG, thutuc.MA_HQ) as record_key, coalesce(declared, 0) <> SO_HS as is_violated
from thutuc
inner join span
    on try_cast(THANG || '-01' as date) >= first_day
    and last_day(try_cast(THANG || '-01' as date)) <= last_day
left join registered on registered.month = THANG and registered.MA_HQ = thutuc.MA_HQ
where MA_TT = 'HQ01';
