-- One row per audit that was decided, with its period.
select
    MA_DN as trader,
    epoch(try_cast(TU_NGAY as timestamp))::bigint // 86400 as period_from,
    epoch(try_cast(DEN_NGAY as timestamp))::bigint // 86400 as period_to,
    epoch(try_cast(NGAY_QD as timestamp))::bigint as decided
from ktstq
where
    MA_DN is not null
    and try_cast(TU_NGAY as timestamp) is not null
    and try_cast(DEN_NGAY as timestamp) is not null
    and epoch(try_cast(NGAY_QD as timestamp))::bigint between $first and $last
qualify
    row_number() over (partition by MA_QD order by try_cast(SEQ_NO as bigint) desc) = 1
    and coalesce(OP, 'I') != 'D'
order by decided, trader
