-- name: weeks
-- Weeks (Monday to Sunday, since 1970) of a finished nation that register something.
select distinct ((try_cast(NGAY_DK as date) - date '1970-01-01') + 3) // 7 as week
from tk
where epoch(try_cast(NGAY_DK as timestamp)) between $first and $last
order by week;

-- name: tk
-- One row per declaration of a week: its first version as it was first sent.
select *
from tk
where
    length(SO_TK) = 12 and right(SO_TK, 1) = '0'
    and ((try_cast(NGAY_DK as date) - date '1970-01-01') + 3) // 7 = $week
qualify row_number() over (partition by SO_TK order by try_cast(SEQ_NO as bigint)) = 1;

-- name: hang
-- One row per goods item of a week, as `tk`.
select *
from hang
where SO_TK in (
    select SO_TK
    from tk
    where ((try_cast(NGAY_DK as date) - date '1970-01-01') + 3) // 7 = $week
) and right(SO_TK, 1) = '0'
qualify row_number() over (partition by SO_TK, STT order by try_cast(SEQ_NO as bigint)) = 1;
