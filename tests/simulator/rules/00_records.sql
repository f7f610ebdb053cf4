-- rule: item_count_is_told
-- tables: tk, hang
-- SO_DONG is the number of items sent, once late files have come.
select settled.SO_TK as record_key, any_value(SO_DONG) <> count(hang.STT) as is_violated
from settled left join hang using (SO_TK)
group by settled.SO_TK;

-- rule: taxes_have_their_item
-- tables: hang, thue
-- A tax line belongs to an item.
select
    concat_ws(' ', SO_TK, thue.STT, MA_SAC_THUE) as record_key, hang.STT is null as is_violated
from thue left join hang using (SO_TK, STT)
where SO_TK in (select hang.SO_TK from hang);

-- rule: registered_declarations_are_sent
-- tables: tk, sukien
-- A registration among the events has its declaration; a settled declaration has its registration.
select
    coalesce(SO_TK_GOC, base) as record_key,
    base is null or SO_TK_GOC is null as is_violated
from (
    select distinct SO_TK_GOC
    from sukien, span
    where MA_SK = 'IDC' and THOI_DIEM >= first_day and THOI_DIEM < last_day - interval 10 day
) full outer join settled on SO_TK_GOC = base;

-- rule: every_declaration_has_its_lane
-- tables: tk, sukien, phanluong
-- A settled declaration has one reasoned lane, the same as its event tells.
with told as (
    select SO_TK_GOC, arg_min(GIA_TRI, THOI_DIEM) as lane
    from sukien where MA_SK = 'LUONG' group by SO_TK_GOC
),

refused as (select distinct SO_TK_GOC from sukien where MA_SK in ('HUY', 'TU_CHOI'))

select base as record_key, coalesce(lane <> LUONG, true) as is_violated
from settled
left join told on told.SO_TK_GOC = base
left join phanluong on phanluong.SO_TK_GOC = base
where base not in (select refused.SO_TK_GOC from refused) or lane is not null;

-- rule: random_arm_is_designed
-- tables: phanluong
-- A lane by lot has its probability and its ground; no other has a probability.
select
    SO_TK_GOC as record_key,
    (NGAU_NHIEN = '1') <> (XAC_SUAT is not null) and NGAU_NHIEN = '1'
    or NGAU_NHIEN = '1' and (NHOM_CAN_CU <> 'NN' or LUONG = '1')
    or coalesce(XAC_SUAT not between 0 and 1, false) as is_violated
from phanluong;

-- rule: numbers_tell_the_direction
-- tables: tk
-- A declaration number has twelve digits, the first 1 for imports and 3 for exports.
select
    SO_TK as record_key,
    not regexp_full_match(SO_TK, case NHOM when 'N' then '1\d{11}' else '3\d{11}' end)
        as is_violated
from tk;

-- rule: regime_of_the_direction
-- tables: tk
-- The regime is one of the 24 of imports or the 16 of exports.
select
    SO_TK as record_key,
    not is_listed(MA_LH, case NHOM when 'N' then 'import_regime' else 'export_regime' end)
        as is_violated
from tk;

-- rule: office_of_the_day
-- tables: tk, hq
-- The office is in the list on the day of registration, and is one that registers.
select
    SO_TK as record_key,
    not coalesce(bool_or(
        cast(NGAY_DK as date)
        between try_cast(TU_NGAY as date) and coalesce(DEN_NGAY, cast('2999-12-31' as date))
        and VAI_TRO in ('CK', 'NCK', 'DOI')
    ), false) as is_violated
from tk left join hq using (MA_HQ)
group by SO_TK;

-- rule: goods_are_in_the_nomenclature
-- tables: hang, hs
-- A goods code has eight digits and is in the list, or its first six are.
with known as (select distinct code from hs)

select
    SO_TK || ' ' || STT as record_key,
    not regexp_full_match(MA_HS, '\d{8}') or (
        MA_HS not in (select known.code from known)
        and left(MA_HS, 6) not in (select known.code from known)
    ) as is_violated
from hang;

-- rule: net_mass_within_gross_mass
-- tables: tk, hang
-- tolerated: 0.01
-- The items weigh together no more than the declaration with its packing, rounding apart.
select
    SO_TK as record_key,
    sum(case when is_listed(MA_DVT2, 'mass_unit') then in_kg(LUONG2, MA_DVT2)
        else in_kg(LUONG1, MA_DVT1) end)
    > any_value(in_kg(TRONG_LUONG, MA_DVT_TL)) * 1.02 + 1 as is_violated
from tk inner join hang using (SO_TK)
where TRONG_LUONG is not null
group by SO_TK
having bool_and(is_listed(MA_DVT2, 'mass_unit') or is_listed(MA_DVT1, 'mass_unit'));

-- rule: audit_lines_have_their_audit
-- tables: ktstq, ktstqct
-- A line of an audit belongs to a decision.
select
    concat_ws(' ', MA_QD, SO_TK_GOC, STT, MA_SAC_THUE) as record_key,
    MA_QD not in (select ktstq.MA_QD from ktstq) as is_violated
from ktstqct;

-- rule: offices_of_movements_and_audits_are_listed
-- tables: vanchuyen, ktstq, hq
-- Offices of bonded movements and of audits are in the list.
with known as (select distinct MA_HQ from hq)

select place as record_key, MA_HQ not in (select known.MA_HQ from known) as is_violated
from (
    select SO_VC as place, unnest([MA_HQ_DI, MA_HQ_DEN]) as MA_HQ from vanchuyen
    union all
    select MA_QD, MA_HQ from ktstq
);

-- rule: ports_are_locations
-- tables: tk
-- Ports of loading and discharge are UN/LOCODE, at most with one letter of the berth.
select
    SO_TK as record_key, not regexp_full_match(port, '[A-Z]{2}[A-Z0-9]{3,4}') as is_violated
from (select SO_TK, unnest([MA_CANG_XEP, MA_CANG_DO]) as port from tk)
where port is not null;
