-- name: trader_history
-- One row per trader: what audits, decisions and other agencies say of it, all that has come; of a
-- line that was changed, what it says last.
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
        from (
            select * from raw_ktstqct
            qualify row_number() over (
                partition by MA_QD, SO_TK_GOC, STT, MA_SAC_THUE
                order by try_cast(SEQ_NO as bigint) desc
            ) = 1
        )
        where OP <> 'D' and TRANG_THAI <> 'annulled'
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
        select SO_QD, try_cast(SO_TK_GOC as bigint) as base
        from (
            select * from raw_andinh
            qualify row_number() over (
                partition by SO_QD, SO_TK_GOC, STT, MA_SAC_THUE
                order by try_cast(SEQ_NO as bigint) desc
            ) = 1
        )
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
