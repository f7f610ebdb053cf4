-- name: results
-- One row per result of a check and time for which it was what had come of it: until another row of
-- it came, which changes it or takes it back. `come` tells the day on which the rows of a file came.
create or replace table results as

with

sent as (

    select
        MA_KT,
        STT_KT,
        try_cast(SEQ_NO as bigint) as sequence,
        coalesce(OP, 'I') != 'D' as stands,
        try_cast(SO_TK_GOC as bigint) as number,
        STT as item,
        KET_QUA as result,
        epoch(try_cast(DEN as timestamp))::bigint as ended,
        min(come.day) * 86400 as came
    from kiemtra
    inner join come on kiemtra.FILE = come.FILE
    group by all

),

known as (

    select
        *,
        greatest(coalesce(ended, 0), came) as since
    from sent

),

standing as (

    select
        *,
        min(since) over (
            partition by MA_KT, STT_KT order by sequence
            rows between 1 following and unbounded following
        ) as until
    from known

)

select
    number,
    item,
    result,
    since,
    until
from standing
where
    stands and result in ('0', '1') and ended is not null and coalesce(since < until, true);

-- name: labels
-- One row per goods item of a checked declaration and time for which the same was known of it, by all
-- checks that had ended; `until` is null where it is known to the last.
create or replace table labels as

with

moments as (

    select
        number,
        since as moment
    from results
    union
    select
        number,
        until
    from results
    where until is not null

),

spans as (

    select
        number,
        moment as known,
        lead(moment) over (partition by number order by moment) as until
    from moments

),

held as (

    select
        spans.*,
        results.item,
        results.result
    from spans
    inner join results
        on
            spans.number = results.number
            and results.since <= spans.known and coalesce(results.until > spans.known, true)

)

select
    items.number,
    items.item,
    held.known,
    held.until,
    ((held.known // 86400) + 3) // 7 as known_week,
    ((held.until // 86400) + 3) // 7 as until_week,
    -- A finding without an item is of the whole declaration.
    max((held.result = '1' and coalesce(held.item = items.item, true))::integer) as is_irregular
from items
inner join held on items.number = held.number
group by items.number, items.item, held.known, held.until;
