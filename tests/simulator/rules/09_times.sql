-- rule: life_goes_forward
-- tables: tk
-- Pre-registered, then registered, then cleared.
select
    SO_TK as record_key,
    coalesce(NGAY_IDA > NGAY_DK, false) or coalesce(NGAY_TQ < NGAY_DK, false) as is_violated
from tk;

-- rule: green_lane_within_three_seconds
-- tables: sukien
-- The lane of a declaration that goes green at once is told within three seconds of registration.
with moment as (
    select
        SO_TK_GOC,
        min(THOI_DIEM) filter (where MA_SK = 'IDC') as registered,
        min(THOI_DIEM) filter (where MA_SK = 'LUONG') as laned,
        arg_min(GIA_TRI, THOI_DIEM) filter (where MA_SK = 'LUONG') as lane
    from sukien
    group by SO_TK_GOC
)

select SO_TK_GOC as record_key, laned not between registered and registered + interval 3 second
    as is_violated
from moment
where lane = '1' and registered is not null;

-- rule: tax_is_due_by_clearance
-- tables: tk, thue, dn
-- Tax is due by the day of clearance unless secured, or paid monthly by a priority enterprise.
select
    concat_ws(' ', thue.SO_TK, STT, MA_SAC_THUE) as record_key,
    coalesce(HAN_NOP > cast(NGAY_TQ as date), true) as is_violated
from thue
inner join tk using (SO_TK)
left join dn using (MA_DN)
where NGAY_TQ is not null and SO_TIEN > coalesce(SO_TIEN_MIEN, 0)
    and coalesce(MA_THOI_HAN, 'D') = 'D' and coalesce(UU_TIEN, '0') = '0'
    and right(thue.SO_TK, 1) = '0';

-- rule: events_in_their_order
-- tables: sukien
-- IDA, IDC, LUONG, inspection, release, clearance, way out; nothing is cleared once ended or unlaned.
with moment as (
    select
        SO_TK_GOC,
        min(THOI_DIEM) filter (where MA_SK = 'IDA') as drafted,
        min(THOI_DIEM) filter (where MA_SK = 'IDC') as registered,
        min(THOI_DIEM) filter (where MA_SK = 'LUONG') as laned,
        min(THOI_DIEM) filter (where MA_SK = 'CHUYEN_LUONG') as moved,
        min(THOI_DIEM) filter (where MA_SK = 'YC_KIEM') as called,
        max(THOI_DIEM) filter (where MA_SK = 'KQ_KIEM') as checked,
        min(THOI_DIEM) filter (where MA_SK in ('BP', 'MHBQ')) as released,
        min(THOI_DIEM) filter (where MA_SK = 'TQ') as cleared,
        min(THOI_DIEM) filter (where MA_SK = 'QKVGS') as left_area,
        min(THOI_DIEM) filter (where MA_SK in ('HUY', 'TU_CHOI')) as ended
    from sukien
    group by SO_TK_GOC
)

select
    SO_TK_GOC as record_key,
    coalesce(drafted > registered, false) or coalesce(laned < registered, false)
    or coalesce(moved < laned, false) or coalesce(called < laned, false)
    or coalesce(checked < called, false) or coalesce(released < laned, false)
    or coalesce(cleared < laned, false) or coalesce(cleared < released, false)
    or coalesce(left_area < least(cleared, released), false)
    or coalesce(ended < registered, false) or coalesce(cleared >= ended, false)
    or (cleared is not null and laned is null) or (left_area is not null and released is null
        and cleared is null) as is_violated
from moment
where registered is not null;

-- rule: events_agree_with_the_declaration
-- tables: tk, sukien
-- Registration and clearance are the same moments in the events and on the declaration.
with moment as (
    select
        SO_TK_GOC,
        min(THOI_DIEM) filter (where MA_SK = 'IDC') as registered,
        min(THOI_DIEM) filter (where MA_SK = 'TQ') as cleared
    from sukien
    group by SO_TK_GOC
)

select
    SO_TK as record_key,
    coalesce(registered <> NGAY_DK, false) or coalesce(cleared <> NGAY_TQ, false) as is_violated
from tk inner join moment on SO_TK_GOC = left(SO_TK, 11)
where right(SO_TK, 1) = '0';

-- rule: inspected_before_red_is_cleared
-- tables: tk, sukien
-- What ended in the red lane and was cleared has the result of an inspection.
with moment as (
    select
        SO_TK_GOC,
        arg_max(GIA_TRI, THOI_DIEM) filter (where MA_SK in ('LUONG', 'CHUYEN_LUONG')) as lane,
        bool_or(MA_SK = 'KQ_KIEM') as is_checked,
        bool_or(MA_SK = 'TQ') as is_cleared
    from sukien
    group by SO_TK_GOC
)

select SO_TK_GOC as record_key, not is_checked as is_violated
from moment inner join settled on SO_TK_GOC = base
where lane = '3' and is_cleared;

-- rule: a_bill_is_issued_before_it_is_named
-- tables: tk, chungtu
-- A bill of lading or air waybill among the documents is of the day of registration at the latest.
select
    chungtu.SO_TK || ' ' || STT_CT as record_key,
    coalesce(NGAY_CT > NGAY_DK::date, false) as is_violated
from chungtu inner join tk using (SO_TK)
where LOAI_CT in ('BOL', 'AWB');

-- rule: goods_are_looked_at_when_they_are_there
-- tables: tk, kiemtra
-- Scanners, those who open goods, samples and agencies wait for the day on which imports come.
select concat_ws(' ', MA_KT, STT_KT) as record_key, cast(TU as date) < NGAY_DEN as is_violated
from kiemtra
inner join tk on kiemtra.SO_TK_GOC || '0' = tk.SO_TK
where HINH_THUC in ('2', '3', '4', '5', '6') and left(tk.SO_TK, 1) = '1'
    and NGAY_DEN is not null and TU is not null;

-- rule: images_are_taken_in_their_check
-- tables: kiemtra, scan_result
-- An image of a declaration lies between begin and end of its check by scanner.
select
    scan_id as record_key,
    coalesce(cast(ts as timestamp) not between TU and DEN, true) as is_violated
from scan_result
left join (
    select SO_TK_GOC, min(TU) as TU, max(DEN) as DEN from kiemtra
    where HINH_THUC = '2' group by SO_TK_GOC
) as looked on left(decl, 11) = looked.SO_TK_GOC
where decl is not null;
