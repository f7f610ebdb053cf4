-- Amounts of each slip of a border resident, with those of its van on its day.
select
    SO_PHIEU as number,
    coalesce(guilty_slips.scheme, PLATE) as trader,
    CHIEU as stratum,
    MA_HS4 as goods,
    coalesce(guilty_slips.kind, '') as kind,
    LUONG::double as "LUONG",
    TRI_GIA::double as "TRI_GIA",
    THUE::double as "THUE",
    sum(LUONG::double) over load as "van LUONG",
    sum(TRI_GIA::double) over load as "van TRI_GIA"
from cudan
left join guilty_slips on guilty_slips.number = SO_PHIEU
window load as (partition by MA_HQ, NGAY, PLATE, MA_HS4)
