-- name: opening
-- One row: the second with which the first day begins on which anything was registered.
select coalesce(epoch(date_trunc('day', min(try_cast(NGAY_DK as timestamp)))), 0)::bigint as first
from tk;

-- name: legacy_checks
-- One row per declaration that the legacy policy sent to a check, with the deepest check made.
with

lanes as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        try_cast(LUONG as integer) as lane,
        coalesce(NGAU_NHIEN, '0') as is_random,
        epoch(try_cast(THOI_DIEM as timestamp))::bigint as chosen,
        coalesce(OP, 'I') as operation
    from phanluong
    qualify
        row_number() over (partition by SO_TK_GOC order by try_cast(SEQ_NO as bigint) desc) = 1

),

made as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        -- Deepest first: whole, part, laboratory, value, scanner, agency, documents.
        min(list_position(['4', '3', '6', '7', '2', '5', '1'], HINH_THUC)) as depth
    from kiemtra
    where coalesce(OP, 'I') != 'D'
    group by number

)

select
    lanes.number,
    lanes.lane,
    lanes.chosen,
    -- No check on record: a red lane means the goods, a yellow one the papers.
    coalesce(made.depth, case lanes.lane when 3 then 1 else 7 end) as depth,
    hash(lanes.number, $seed) as lot
from lanes
left join made on lanes.number = made.number
where
    lanes.operation != 'D'
    and lanes.is_random = '0'
    and lanes.lane in (2, 3)
    and lanes.chosen between $first and $last
order by lanes.number;

-- name: legacy_audits
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
order by decided, trader;
