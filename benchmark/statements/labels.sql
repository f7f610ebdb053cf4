-- One row per goods item of a checked declaration, known when its last finished check ended.
create or replace table labels as

with

results as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        STT as item,
        KET_QUA as result,
        epoch(try_cast(DEN as timestamp))::bigint as known
    from kiemtra
    qualify
        row_number() over (partition by MA_KT, STT_KT order by try_cast(SEQ_NO as bigint) desc) = 1
        and coalesce(OP, 'I') != 'D'

),

finished as (

    select * from results
    where result in ('0', '1') and known is not null

),

checked as (

    select
        number,
        max(known) as known
    from finished
    group by number

),

irregular as (

    select
        number,
        item
    from finished
    where result = '1'
    group by number, item

)

select
    items.number,
    items.item,
    checked.known,
    ((checked.known // 86400) + 3) // 7 as known_week,
    -- A finding without an item is of the whole declaration.
    (of_item.number is not null or of_whole.number is not null)::integer as is_irregular
from items
inner join checked on items.number = checked.number
left join irregular as of_item
    on items.number = of_item.number and items.item = of_item.item
left join irregular as of_whole
    on items.number = of_whole.number and of_whole.item is null
