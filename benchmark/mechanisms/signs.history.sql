-- name: trader_history
-- One row per trader: what audits, decisions and other agencies say of it, all that has come.
create table trader_history as
with

of_trader as (
    select base, trader from declaration where trader <> ''
),

audits as (
    select
        MA_DN as trader, count(distinct MA_QD) as audited,
        count(distinct MA_QD) filter (try_cast(THUE_AN_DINH as double) > 0) as audit_assessed
    from raw_ktstq where OP <> 'D' group by MA_DN
),

lines as (
    select trader, count(*) as audit_lines
    from (
        select distinct MA_QD, try_cast(SO_TK_GOC as bigint) as base, STT
        from raw_ktstqct where OP <> 'D' and TRANG_THAI <> 'annulled'
    )
    inner join of_trader using (base)
    group by trader
),

corrections as (
    select
        trader, count(distinct SO_KBS) as corrected,
        count(distinct SO_KBS) filter (LOAI = 'YC') as corrected_on_request
    from (
        select SO_KBS, LOAI, try_cast(SO_TK_GOC as bigint) as base from raw_khaibosung
        where OP <> 'D'
    )
    inner join of_trader using (base)
    group by trader
),

decisions as (
    select trader, count(distinct SO_QD) as assessed_anew
    from (
        select SO_QD, try_cast(SO_TK_GOC as bigint) as base from raw_andinh
        where OP <> 'D' and HUY_BO is null
    )
    inner join of_trader using (base)
    group by trader
),

told as (
    select trader, any_value(audited) as audited, any_value(audit_assessed) as audit_assessed,
        any_value(audit_lines) as audit_lines, any_value(corrected) as corrected,
        any_value(corrected_on_request) as corrected_on_request,
        any_value(assessed_anew) as assessed_anew, any_value(other_laws) as other_laws,
        any_value(visited_by_others) as visited_by_others, any_value(claims) as claims,
        any_value(guarantees) as guarantees, any_value(cases_of_trader) as cases_of_trader
    from (
        select * from audits
        union all by name select * from lines
        union all by name select * from corrections
        union all by name select * from decisions
        union all by name
        select MA_DN as trader, count(distinct SO_QD) as other_laws from raw_vpkhac group by MA_DN
        union all by name
        select MA_DN as trader, count(distinct SO_KH) as visited_by_others
        from raw_kehoachkt group by MA_DN
        union all by name
        select MA_DN as trader, count(distinct SO_HS) as claims
        from raw_hoanthue where OP <> 'D' group by MA_DN
        union all by name
        select MA_DN as trader, count(distinct SO_BL) as guarantees
        from raw_baolanh where OP <> 'D' group by MA_DN
        union all by name
        select subject as trader, count(distinct id) as cases_of_trader
        from raw_cases where subject is not null group by subject
    )
    group by trader
)

-- Nothing is on file of most: that is none, not unknown.
select
    trader, coalesce(audited, 0) as audited, coalesce(audit_assessed, 0) as audit_assessed,
    coalesce(audit_lines, 0) as audit_lines, coalesce(corrected, 0) as corrected,
    coalesce(corrected_on_request, 0) as corrected_on_request,
    coalesce(assessed_anew, 0) as assessed_anew, coalesce(other_laws, 0) as other_laws,
    coalesce(visited_by_others, 0) as visited_by_others, coalesce(claims, 0) as claims,
    coalesce(guarantees, 0) as guarantees, coalesce(cases_of_trader, 0) as cases_of_trader
from (select distinct trader from of_trader)
left join told using (trader);

-- name: paper_history
-- One row per declaration: its papers, its broker's level, and what it should rest on.
create table paper_history as
with

papers as (
    select
        base, count(*) as papers, avg((medium = 'AN')::integer) as image_share
    from (
        select distinct try_cast(left(SO_TK, 11) as bigint) as base, STT_CT, DANG as medium
        from raw_chungtu where OP <> 'D'
    )
    group by base
),

levels as (
    select MA as broker, max(try_cast(MUC as double)) as broker_level
    from raw_xephang group by MA
),

sites as (
    select MA_DN as trader, min(try_cast(TU_NGAY as date)) as since from raw_cosx group by MA_DN
),

contracts as (
    select distinct
        MA_DN as trader, try_cast(TU_NGAY as date) as begins, try_cast(DEN_NGAY as date) as ends
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
