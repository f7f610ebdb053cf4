-- rule: one_to_fifty_items
-- tables: tk, hang
-- A declaration has 1 to 50 items, numbered from 1 without a gap.
select
    SO_TK as record_key,
    SO_DONG not between 1 and 50 or (count(STT) = SO_DONG and (
        min(try_cast(STT as int)) <> 1 or max(try_cast(STT as int)) <> SO_DONG
    )) or max(try_cast(STT as int)) > 50 as is_violated
from tk left join hang using (SO_TK)
group by SO_TK, SO_DONG;

-- rule: chain_fields_together
-- tables: tk
-- First declaration, branch and branches are given together, and the branch is one of them.
select
    SO_TK as record_key,
    SO_TK_DAU is null or SO_NHANH is null or TONG_NHANH is null
    or SO_NHANH not between 1 and TONG_NHANH or TONG_NHANH < 2 as is_violated
from tk
where SO_TK_DAU is not null or SO_NHANH is not null or TONG_NHANH is not null;

-- rule: chain_shares_its_shipment
-- tables: tk
-- The branches of a chain share trader, bill of lading and invoice, and are numbered once each.
select
    SO_TK_DAU as record_key,
    count(distinct coalesce(MA_DN, '')) > 1 or count(distinct coalesce(SO_VD1, '')) > 1
    or count(distinct coalesce(SO_HD, '')) > 1 or count(distinct SO_NHANH) < count(*)
    or max(SO_NHANH) > min(TONG_NHANH) as is_violated
from declaration
where SO_TK_DAU is not null
group by SO_TK_DAU;
