-- One row: the second with which the first day begins on which anything was registered.
select coalesce(epoch(date_trunc('day', min(try_cast(NGAY_DK as timestamp)))), 0)::bigint as first
from tk
