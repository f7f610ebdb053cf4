-- rule: unit_price_times_quantity
-- tables: tk, hang
-- Unit price times quantity is the invoice value of the item, within one unit of its currency.
select
    hang.SO_TK || ' ' || STT as record_key,
    abs(DON_GIA * LUONG1 - TRI_GIA_HD) > 1 as is_violated
from hang inner join tk using (SO_TK)
where DON_GIA is not null and MA_NT_DG = MA_NT;

-- rule: item_values_add_up_to_the_invoice
-- tables: tk, hang
-- The items of a declaration, or of its whole split chain, add up to the invoice total.
with declared as (
    select
        tk.SO_TK, SO_DONG, TONG_TG_HD, coalesce(SO_TK_DAU, left(tk.SO_TK, 11)) as chain,
        count(*) as items, sum(TRI_GIA_HD) as item_sum
    from tk inner join hang using (SO_TK)
    group by all
),

chained as (
    select *, sum(item_sum) over (partition by chain, right(SO_TK, 1)) as chain_sum
    from declared
)

select
    SO_TK as record_key,
    least(abs(item_sum - TONG_TG_HD), abs(chain_sum - TONG_TG_HD)) > 0.01 * (SO_DONG + 1)
        as is_violated
from chained
where items = SO_DONG;

-- rule: customs_values_add_up
-- tables: tk, hang
-- TONG_TG_TT is the sum of the items' customs values.
select
    SO_TK as record_key,
    any_value(TONG_TG_TT) is distinct from sum(TRI_GIA_TT) as is_violated
from tk inner join hang using (SO_TK)
group by SO_TK, SO_DONG
having count(*) = SO_DONG;

-- rule: customs_value_of_an_import
-- tables: tk, tygia
-- Under a transaction value: (invoice + freight + insurance) at the week's rates, and adjustments.
with rated as (
    select
        tk.*,
        coalesce(PHI_VC, 0) * case when MA_NT_VC = tk.MA_NT then TY_GIA when MA_NT_VC = 'VND' then 1
            else freight.VND end as freight_vnd,
        coalesce(PHI_BH, 0) * case when MA_NT_BH = tk.MA_NT then TY_GIA when MA_NT_BH = 'VND' then 1
            else insurance.VND end as insurance_vnd
    from tk
    left join tygia as freight
        on freight.MA_NT = MA_NT_VC
        and try_cast(freight.TU_NGAY as date) = date_trunc('week', NGAY_DK)
    left join tygia as insurance
        on insurance.MA_NT = MA_NT_BH
        and try_cast(insurance.TU_NGAY as date) = date_trunc('week', NGAY_DK)
)

select
    SO_TK as record_key,
    abs(
        TONG_TG_HD * TY_GIA + coalesce(freight_vnd, 0) + coalesce(insurance_vnd, 0)
        + coalesce(DC_TRI_GIA, 0) - TONG_TG_TT
    ) > SO_DONG + 2 as is_violated
from rated
where NHOM = 'N' and MA_PL_TRI_GIA in ('6', '7', '8') and TONG_NHANH is null
    and (PHI_VC is null or MA_NT_VC is not null) and (PHI_BH is null or MA_NT_BH is not null);

-- rule: exchange_rate_of_the_week
-- tables: tk, tygia
-- TY_GIA is the official rate of the Monday before registration (VND itself is one).
select
    SO_TK as record_key,
    coalesce(TY_GIA, 0) <> coalesce(case when tk.MA_NT = 'VND' then 1 else VND end, -1)
        as is_violated
from tk
left join tygia
    on tygia.MA_NT = tk.MA_NT and try_cast(TU_NGAY as date) = date_trunc('week', NGAY_DK);
