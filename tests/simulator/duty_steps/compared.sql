-- Each tax line, as it stands on the declaration and as computed anew.
create or replace table compared as
select
    coalesce(r.SO_TK, t.SO_TK) as SO_TK, coalesce(r.STT, t.STT) as STT,
    coalesce(r.tax, t.MA_SAC_THUE) as tax, r.rate_text, t.THUE_SUAT, r.base, t.TG_TINH_THUE,
    r.quantity, t.LUONG_TINH_THUE, r.amount, t.SO_TIEN,
    coalesce(r.is_torn, false)
    or coalesce(r.amount, 0) <> coalesce(t.SO_TIEN, 0)
    or (t.SO_TK is not null and (
        coalesce(r.base <> t.TG_TINH_THUE, false)
        or coalesce(per_cent(r.rate_text), 0) <> coalesce(per_cent(t.THUE_SUAT), 0)
        or amount_of(r.rate_text) is distinct from amount_of(t.THUE_SUAT)
        or currency_of(r.rate_text) is distinct from currency_of(t.THUE_SUAT)
        or unit_of(r.rate_text) is distinct from unit_of(t.THUE_SUAT)
        or (r.unit is not null and abs(r.quantity - t.LUONG_TINH_THUE) > 0.01) is true
    )) as is_different
from recomputed as r
full outer join (select thue.* from thue semi join item using (SO_TK, STT)) as t
    on r.SO_TK = t.SO_TK and r.STT = t.STT and r.tax = t.MA_SAC_THUE
where t.SO_TK is not null or r.amount <> 0;
