-- name: trader_history
-- One row per declaration of goods that stood: what audits, decisions and other agencies say of its
-- trader and not of itself, all that has come; of what was changed, what it says last.
create table trader_history as
with

of_trader as (
    select base, trader from declaration where trader <> ''
),

of_declarations as (
    select 'audit_lines' as what, MA_QD || '|' || SO_TK_GOC || '|' || STT as id, SO_TK_GOC
    from last_rows('raw_ktstqct', (MA_QD, SO_TK_GOC, STT, MA_SAC_THUE))
    where TRANG_THAI <> 'annulled'
    union all
    select unnest(if(LOAI = 'YC', ['corrected', 'corrected_on_request'], ['corrected'])),
        SO_KBS, SO_TK_GOC
    from last_rows('raw_khaibosung', (SO_KBS, STT, MA_SAC_THUE))
    union all
    -- What annuls a decision is one with a number of its own.
    select 'assessed_anew', SO_QD, SO_TK_GOC
    from last_rows('raw_andinh', (SO_QD, SO_TK_GOC, STT, MA_SAC_THUE)) as decided
    anti join (
        select HUY_BO as SO_QD, SO_TK_GOC, STT, MA_SAC_THUE
        from last_rows('raw_andinh', (SO_QD, SO_TK_GOC, STT, MA_SAC_THUE))
    ) as annulling using (SO_QD, SO_TK_GOC, STT, MA_SAC_THUE)
    where HUY_BO is null
),

told as (
    select what, id, trader, base
    from of_declarations
    inner join of_trader on try_cast(SO_TK_GOC as bigint) = base
    union all
    select 'claims', SO_HS, MA_DN, try_cast(SO_TK_GOC as bigint)
    from last_rows('raw_hoanthue', SO_HS)
    union all
    select 'cases_of_trader', id, subject, try_cast(left(decl, 11) as bigint) from raw_cases
    union all
    select 'guarantees', SO_BL, MA_DN, null from last_rows('raw_baolanh', SO_BL)
    union all
    select 'other_laws', SO_QD, MA_DN, null from raw_vpkhac
    union all
    select 'visited_by_others', SO_KH, MA_DN, null from raw_kehoachkt
),

counted as (
    -- Each once; of a single declaration, or of none or several.
    select
        what, id, trader,
        if(count(*) = count(base) and min(base) = max(base), min(base), null) as base
    from told where trader is not null group by what, id, trader
),

files as (
    -- Of each trader all, and what is of one declaration.
    select
        trader, base, grouping(base) = 1 as is_whole,
        count(*) filter (what = 'audit_lines') as audit_lines,
        count(*) filter (what = 'corrected') as corrected,
        count(*) filter (what = 'corrected_on_request') as corrected_on_request,
        count(*) filter (what = 'assessed_anew') as assessed_anew,
        count(*) filter (what = 'claims') as claims,
        count(*) filter (what = 'cases_of_trader') as cases_of_trader,
        count(*) filter (what = 'guarantees') as guarantees,
        count(*) filter (what = 'other_laws') as other_laws,
        count(*) filter (what = 'visited_by_others') as visited_by_others
    from counted group by grouping sets ((trader), (trader, base))
),

audits as (
    -- Of other periods: what looks at the days of a declaration looks at it.
    select
        heads.base, count(*) as audited,
        count(*) filter (number_of(THUE_AN_DINH) > 0) as audit_assessed
    from heads
    inner join last_rows('raw_ktstq', MA_QD) as decided on heads.trader = decided.MA_DN
    where coalesce(
        heads.day not between day_of(TU_NGAY) and day_of(DEN_NGAY), true
    )
    group by heads.base
)

-- Nothing is on file of most: that is none, not unknown.
select
    heads.base, coalesce(audited, 0) as audited, coalesce(audit_assessed, 0) as audit_assessed,
    coalesce(file.audit_lines, 0) - coalesce(own.audit_lines, 0) as audit_lines,
    coalesce(file.corrected, 0) - coalesce(own.corrected, 0) as corrected,
    coalesce(file.corrected_on_request, 0) - coalesce(own.corrected_on_request, 0)
        as corrected_on_request,
    coalesce(file.assessed_anew, 0) - coalesce(own.assessed_anew, 0) as assessed_anew,
    coalesce(file.claims, 0) - coalesce(own.claims, 0) as claims,
    coalesce(file.cases_of_trader, 0) - coalesce(own.cases_of_trader, 0) as cases_of_trader,
    coalesce(file.guarantees, 0) as guarantees,
    coalesce(file.other_laws, 0) as other_laws,
    coalesce(file.visited_by_others, 0) as visited_by_others
from heads
left join audits using (base)
left join files as file on heads.trader = file.trader and file.is_whole
left join files as own
    on heads.trader = own.trader and heads.base = own.base and not own.is_whole
where heads.trader <> '';
