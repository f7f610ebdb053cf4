-- name: told
-- One row per goods item that an inspection or audit had looked at by a moment: what it found, by the
-- rows that had come by then.
with

audits as (

    select
        MA_QD as decision,
        MA_DN as trader,
        try_cast(TU_NGAY as date) as since,
        try_cast(DEN_NGAY as date) as until
    from (
        select *
        from ktstq
        qualify
            row_number() over (partition by MA_QD order by try_cast(SEQ_NO as bigint) desc) = 1
            and coalesce(OP, 'I') != 'D'
    )
    where epoch(try_cast(NGAY_KL as timestamp)) < $until

),

lines as (

    select *
    from ktstqct
    qualify
        row_number() over (
            partition by MA_QD, SO_TK_GOC, STT, MA_SAC_THUE
            order by try_cast(SEQ_NO as bigint) desc
        ) = 1
        and coalesce(OP, 'I') != 'D'

),

named as (

    select
        MA_QD as decision,
        try_cast(SO_TK_GOC as bigint) as number,
        try_cast(STT as integer) as item,
        sum(coalesce(try_cast(THUE_CHENH as double), 0)) as vnd
    from lines
    where coalesce(TRANG_THAI, '') != 'annulled'
    group by decision, number, item

),

finished as (

    select
        try_cast(SO_TK_GOC as bigint) as number,
        try_cast(STT as integer) as item,
        KET_QUA as result,
        coalesce(try_cast(THUE_TANG as double), 0) as vnd
    from (
        select *
        from kiemtra
        qualify
            row_number() over (
                partition by MA_KT, STT_KT order by try_cast(SEQ_NO as bigint) desc
            ) = 1
            and coalesce(OP, 'I') != 'D'
    )
    where KET_QUA in ('0', '1') and epoch(try_cast(DEN as timestamp)) < $until

),

checked as (

    select
        number,
        -- A finding without an item is of the whole declaration.
        bool_or(result = '1' and item is null) as is_irregular
    from finished
    group by number

),

raised as (

    select
        number,
        item,
        sum(vnd) as vnd
    from finished
    where result = '1'
    group by number, item

),

looked_at as (

    select
        goods.number,
        goods.item,
        (checked.is_irregular or raised.number is not null)::integer as is_irregular,
        raised.vnd
    from goods
    inner join checked on goods.number = checked.number
    left join raised on goods.number = raised.number and goods.item = raised.item

    union all

    select
        goods.number,
        goods.item,
        (named.decision is not null)::integer,
        named.vnd
    from audits
    inner join goods
        on
            audits.trader = goods.trader
            and make_timestamp(goods.registered * 1000000)::date
            between audits.since and audits.until
    left join named
        on
            audits.decision = named.decision and goods.number = named.number
            and goods.item = named.item

)

select
    number,
    item,
    max(is_irregular) = 1 as is_irregular,
    max(coalesce(vnd, 0)) as vnd
from looked_at
group by number, item
order by number, item;
