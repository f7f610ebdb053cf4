-- rule: processed_goods_name_their_contract
-- tables: tk, hang, hopdonggc
-- E52 needs a processing contract that is registered, of the same trader.
select
    hang.SO_TK || ' ' || STT as record_key,
    SO_HD_GC is null or hopdonggc.MA_DN is distinct from tk.MA_DN as is_violated
from hang
inner join tk using (SO_TK)
left join hopdonggc using (SO_HD_GC)
where MA_LH = 'E52';

-- rule: products_have_their_code
-- tables: tk, hang
-- E42, E52, E56 and E62 need a product code.
select hang.SO_TK || ' ' || STT as record_key, MA_QL is null as is_violated
from hang inner join tk using (SO_TK)
where MA_LH in ('E42', 'E52', 'E56', 'E62');

-- rule: processing_goods_carry_code_and_description
-- tables: tk, hang
-- Under E regimes the goods are named code#&description, the code being that of the item.
select
    hang.SO_TK || ' ' || STT as record_key,
    not regexp_full_match(TEN_HANG, '[^#]{1,48}#&.+')
    or (MA_QL is not null and not starts_with(TEN_HANG, MA_QL || '#&')) as is_violated
from hang inner join tk using (SO_TK)
where starts_with(MA_LH, 'E');

-- rule: settlement_balances
-- tables: qtnvl
-- Opening stock and receipts are what left and what is left.
select
    concat_ws(' ', MA_DN, LOAI, TU_NGAY, MA_NVL, LAN_NOP) as record_key,
    TON_DAU + NHAP <> coalesce(TAI_XUAT, 0) + coalesce(CHUYEN_MD, 0) + coalesce(XUAT_SX, 0)
    + coalesce(XUAT_KHAC, 0) + coalesce(TIEU_HUY, 0) + TON_CUOI as is_violated
from qtnvl;
