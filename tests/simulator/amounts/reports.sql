-- Amounts of each material of a settlement report, with its norm and the product where it is alone.
with norms as (
    select
        MA_DN, TU_NGAY, LAN_NOP, MA_NVL,
        sum(NHAP_KHO::double * DINH_MUC::double * (1 + HAO_HUT_PCT::double / 100)) as "told use",
        sum(NHAP_KHO::double * DINH_MUC::double) as "net use",
        max(DINH_MUC::double) as "DINH_MUC",
        max(HAO_HUT_PCT::double) as "HAO_HUT_PCT",
        max(NHAP_KHO::double) as "NHAP_KHO",
        max(XUAT_KHAU::double) as "XUAT_KHAU",
        max(qtsp.TON_DAU::double) as "product TON_DAU",
        max(qtsp.TON_CUOI::double) as "product TON_CUOI"
    from dmtt
    join qtsp using (MA_DN, TU_NGAY, LAN_NOP, MA_SP)
    group by MA_DN, TU_NGAY, LAN_NOP, MA_NVL
    having count(*) = 1
)

select
    MA_NVL as number,
    MA_DN as trader,
    LOAI || LAN_NOP as stratum,
    '' as goods,
    coalesce(kind, '') as kind,
    TON_DAU::double as "TON_DAU",
    NHAP::double as "NHAP",
    TAI_XUAT::double as "TAI_XUAT",
    CHUYEN_MD::double as "CHUYEN_MD",
    XUAT_SX::double as "XUAT_SX",
    XUAT_KHAC::double as "XUAT_KHAC",
    TIEU_HUY::double as "TIEU_HUY",
    TON_CUOI::double as "TON_CUOI",
    norms.* exclude (MA_DN, TU_NGAY, LAN_NOP, MA_NVL)
from qtnvl
left join norms using (MA_DN, TU_NGAY, LAN_NOP, MA_NVL)
left join guilty_traders on guilty_traders.trader = MA_DN and guilty_traders.kind = 'norm_abuse'
