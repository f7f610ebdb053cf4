-- name: labelled
-- Items and slips in order, with where `sign` has them and the mechanism of each, empty for none.
select
    sign.rowid as place,
    sign.base,
    sign.trader,
    coalesce(sign.client, sign.trader) as client,
    -- Imports, exports, slips.
    case when sign.is_import then 0 when not sign.is_import then 1 else 2 end as side,
    coalesce(irregular.mechanism, '') as mechanism,
    coalesce(irregular.is_meant, false) as is_meant
from sign
left join irregular on sign.base = irregular.base and sign.stt = irregular.stt
order by sign.base, sign.stt, irregular.mechanism;
