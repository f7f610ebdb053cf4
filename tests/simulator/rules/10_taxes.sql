-- rule: tax_bases_add_up
-- tables: hang, thue
-- Consumption tax rests on value and duties, VAT also on consumption and environment tax.
with item as (
    select
        SO_TK, STT, any_value(TRI_GIA_TT) as worth,
        coalesce(sum(SO_TIEN) filter (where MA_SAC_THUE in ('N', 'B', 'G', 'C', 'P')), 0) as duties,
        coalesce(sum(SO_TIEN) filter (where MA_SAC_THUE in ('T', 'M')), 0) as inner_taxes
    from thue inner join hang using (SO_TK, STT)
    group by SO_TK, STT
)

select
    concat_ws(' ', SO_TK, STT, MA_SAC_THUE) as record_key,
    TG_TINH_THUE is distinct from case MA_SAC_THUE when 'V' then worth + duties + inner_taxes
        when 'T' then worth + duties else worth end as is_violated
from thue inner join item using (SO_TK, STT)
where MA_SAC_THUE in ('V', 'T') or (MA_SAC_THUE in ('N', 'X', 'B', 'G', 'C') and THUE_SUAT
    similar to '[0-9.]+%?' and TG_TINH_THUE is not null);

-- rule: taxes_add_up
-- tables: tk, hang, thue
-- TONG_THUE is the sum of the tax lines before exemption.
with line as (select SO_TK, sum(SO_TIEN) as taxes from thue group by SO_TK),

item as (select SO_TK, count(*) as items from hang group by SO_TK)

select SO_TK as record_key, coalesce(TONG_THUE, 0) <> coalesce(taxes, 0) as is_violated
from tk inner join item using (SO_TK) left join line using (SO_TK)
where items = SO_DONG;

-- rule: exemption_within_the_tax
-- tables: thue
-- Not more is exempted than is due, and the exemption has its code.
select
    concat_ws(' ', SO_TK, STT, MA_SAC_THUE) as record_key,
    SO_TIEN_MIEN not between 0 and SO_TIEN or MA_MIEN is null as is_violated
from thue where coalesce(SO_TIEN_MIEN, 0) <> 0;
