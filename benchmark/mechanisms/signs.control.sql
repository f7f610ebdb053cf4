-- name: control_signs
-- One row per declaration: lanes, officers, brokers and offices, and what it looks like repeated.
create table control_sign as
with

again as (
    -- An earlier declaration of the same bill was cancelled; another was red and lies elsewhere.
    select heads.base, 1 as redeclared, max((ended.lane = 3)::integer) as redeclared_after_red,
        max((ended.office <> heads.office)::integer) as redeclared_elsewhere
    from heads
    inner join declaration as ended
        on heads.bill = ended.bill and heads.trader = ended.trader and ended.is_ended
        and ended.registered_at < heads.registered_at
    group by heads.base
),

legalised as (
    -- A non-trade declaration follows for the same goods.
    select
        heads.base,
        bool_or(heads.first_lane = 3 and child.day <= heads.day + 10) as is_after_red
    from heads
    inner join declaration as child
        on heads.trader = child.trader and child.regime = 'H11'
        and heads.invoice = child.invoice
        and heads.base <> child.base and child.registered_at > heads.registered_at
    group by heads.base
),

deals as (
    select
        base, count(*) over week_of_deal as pieces,
        ln(sum(total_vnd) over week_of_deal / nullif(total_vnd, 0)) as piece_of_more,
        -- Those that name none are on no common one.
        case when invoice is not null then count(*) over (partition by trader, invoice) end
            as on_one_invoice,
        -- In pieces of less than the sum from which control looks twice (500 M VND); together four
        -- fifths of it and more.
        case
            when invoice is not null then (
                count(*) over (partition by trader, invoice) > 1 and is_import
                and max(total_vnd) over (partition by trader, invoice) < 5e8
                and sum(total_vnd) over (partition by trader, invoice) >= 4e8
            )::integer
        end as pieces_below_sum
    from heads
    window week_of_deal as (
        partition by trader, seller, is_import order by registered_at
        range between interval 4 day preceding and interval 4 day following
    )
),

ranks as (
    select
        try_cast(SO_TK_GOC as bigint) as base,
        try_cast(nullif(regexp_extract(CAN_CU, 'XH-(\d)', 1), '') as double) as trader_rank
    from last_rows('raw_phanluong', SO_TK_GOC)
),

scans as (
    select
        try_cast(left(decl, 11) as bigint) as base,
        max((decision in ('SUSPECT', 'OPEN'))::integer) as scan_suspects
    from raw_scan where decl is not null group by left(decl, 11)
)

select
    heads.base, heads.lane, (last_lane < first_lane)::integer as lane_lowered,
    officer_sign.* exclude (base),
    coalesce(redeclared, 0) as redeclared, coalesce(redeclared_after_red, 0) as redeclared_after_red,
    coalesce(redeclared_elsewhere, 0) as redeclared_elsewhere,
    (legalised.base is not null)::integer as legalised,
    count(legalised.base) filter (is_after_red) over (partition by heads.trader)
        as trader_legalises,
    sum(coalesce(redeclared_after_red, 0)) over (partition by heads.trader) as trader_redeclares,
    pieces, piece_of_more, on_one_invoice, pieces_below_sum,
    count(*) over (partition by trader, heads.office) / count(*) over (partition by trader)
        as own_office_share,
    case when broker <> '' then count(*) over (partition by broker, heads.office)
        / count(*) over (partition by heads.office) end as broker_of_office,
    trader_rank, scan_suspects, ln(total_vnd + 1) as total_value,
    -ln(count(*) over (partition by trader)) as few_declarations
from heads
left join officer_sign using (base)
left join again using (base)
left join legalised using (base)
left join deals using (base)
left join ranks using (base)
left join scans using (base);

-- name: sign
-- One row per goods item that stood, and per slip: what a single rule may look at, as numbers.
-- A client is a trader by one broker at one office, in one direction.
create table sign as
select
    * exclude (day, founded),
    -date_diff('day', founded, goods.day) as young
from (
    select
        base, stt, trader, concat_ws('|', trader, office, broker, is_import) as client, day,
        is_import
    from goods
) as goods
left join price_sign using (base, stt)
left join ring_sign using (base, stt)
left join related_sign using (base, stt)
left join name_sign using (base, stt)
left join origin_sign using (base, stt)
left join certificate_sign using (base, stt)
left join paper_sign using (base, stt)
left join cargo_sign using (base)
left join trip_sign using (base)
left join control_sign using (base)
left join firm_sign using (trader)
left join report_sign using (trader)
left join trader_history using (base)
left join paper_history using (base)
left join ruling_sign using (base, stt)
union all by name
from slip_sign;
