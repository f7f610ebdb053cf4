-- name: paper_signs
-- Whether temporary imports leave again and exemption lists hold what comes under them.
create table paper_sign as
with

later as (
    select
        earlier_base as base, earlier_stt as stt, min(day) as left_on
    from item where not is_ended and earlier_base is not null group by earlier_base, earlier_stt
),

today as (select max(day) as last_day from declaration),

lines as (
    select
        SO_DMMT as list, try_cast(STT as integer) as list_line,
        number_of(LUONG) as granted
    from last_rows('raw_dmmt', (SO_DMMT, STT))
)

select
    goods.base, goods.stt,
    case
        when regime in ('G11', 'G12', 'G13', 'G14')
            then date_diff('day', export_deadline, coalesce(left_on, last_day))
    end as re_export_late,
    case
        when regime in ('G11', 'G12', 'G13', 'G14') and export_deadline < last_day
            then (left_on is null)::integer
    end as not_re_exported,
    sum(goods.quantity) over (
        partition by goods.list, goods.list_line order by goods.base, goods.stt
    ) / nullif(granted, 0) as list_used,
    ln(sum(goods.quantity) over (partition by goods.list, goods.list_line) / nullif(granted, 0))
        as line_used,
    case
        when regime in ('A43', 'G12', 'G13') then (goods.list is null)::integer
    end as exempt_without_list
from goods
cross join today
left join later using (base, stt)
left join lines on goods.list = lines.list and goods.list_line = lines.list_line;

-- name: paper_history
-- One row per declaration: its papers, its broker's level, and what it should rest on.
create table paper_history as
with

papers as (
    select
        base, count(*) as papers, avg((medium = 'AN')::integer) as image_share
    from (
        select distinct try_cast(left(SO_TK, 11) as bigint) as base, STT_CT, DANG as medium
        from last_rows('raw_chungtu', (SO_TK, STT_CT))
        semi join (select SO_TK from last_rows('raw_tk', SO_TK)) using (SO_TK)
    )
    group by base
),

levels as (
    select MA as broker, max(try_cast(MUC as double)) as broker_level
    from raw_xephang group by MA
),

sites as (
    select MA_DN as trader, min(day_of(TU_NGAY)) as since from raw_cosx group by MA_DN
),

contracts as (
    select distinct
        MA_DN as trader, day_of(TU_NGAY) as begins, day_of(DEN_NGAY) as ends
    from raw_hopdonggc
),

held as (
    select distinct try_cast(left(number, 11) as bigint) as base
    from (
        select unnest(from_json(DeclarationNo, '["VARCHAR"]')) as number
        from raw_nsw where Result in ('HOLD', 'REFUSED')
    )
),

under_contract as (
    select distinct declaration.base
    from declaration
    inner join contracts
        on declaration.trader = contracts.trader
        and declaration.day between contracts.begins and contracts.ends
)

select
    declaration.base, -papers.papers as few_papers, papers.image_share, levels.broker_level,
    case
        when declaration.regime in ('E11', 'E21', 'E31')
            then (sites.since is null or sites.since > declaration.day)::integer
    end as no_site,
    case
        when declaration.regime in ('E21', 'E23', 'E52', 'E54', 'E82')
            then (under_contract.base is null)::integer
    end as no_contract,
    (held.base is not null)::integer as held_at_gate
from declaration
left join papers using (base)
left join levels using (broker)
left join sites using (trader)
left join under_contract using (base)
left join held using (base);

-- name: ruling_signs
-- One row per goods item of whose trader a ruling is about the same heading: whether of another code.
create table ruling_sign as
select
    goods.base, goods.stt,
    (bool_and(raw_xdtruoc.MA_HS <> goods.hs))::integer as not_as_ruled
from goods
inner join raw_xdtruoc
    on goods.trader = raw_xdtruoc.MA_DN and left(goods.hs, 4) = left(raw_xdtruoc.MA_HS, 4)
where raw_xdtruoc.LOAI = 'HS'
group by goods.base, goods.stt;
