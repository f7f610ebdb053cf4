-- name: size
-- How large the nation is.
select
    (select count(*) from declaration) as declarations,
    (select count(*) from item) as items,
    (select count(*) from irregular semi join item using (base, stt) where is_meant)
        as irregular,
    (select count(*) from slip) as slips,
    (select count(*) from stacked) as stacked,
    (select min(day) from declaration) as first_day,
    (select max(day) from declaration) as last_day;

-- name: waiting
-- The share of each mechanism's loss that no control can see by the last day with registrations;
-- one row per mechanism with such a loss.
select
    mechanism,
    sum(evaded_vnd) filter (where shows_on > last_day) / sum(evaded_vnd) as share
from (
    select
        raw_truth.mechanism,
        raw_truth.loss_id,
        max(raw_truth.duty_evaded_vnd)::double as evaded_vnd,
        min(raw_truth.shows_on) as shows_on
    from raw_truth
    semi join declaration on try_cast(raw_truth.so_tk_goc as bigint) = declaration.base
    group by raw_truth.mechanism, raw_truth.loss_id
) as loss
cross join (select max(day) as last_day from declaration) as ending
group by mechanism
having sum(evaded_vnd) filter (where shows_on > last_day) > 0
order by mechanism;

-- name: looked_at
-- What control did with the declarations of each mechanism, and with all others ('honest'); one row
-- per mechanism: declarations that stood, those of which an inspection came to a result, those of
-- which one ever found something, taken back or not, and those that an audit charges; rightly or not.
with

inspected as (
    select
        try_cast(SO_TK_GOC as bigint) as base,
        bool_or(KET_QUA = '1') as is_found
    from raw_kiemtra
    where KET_QUA in ('0', '1')
    group by base
),

charged as (
    select distinct try_cast(SO_TK_GOC as bigint) as base
    from last_rows('raw_ktstqct', (MA_QD, SO_TK_GOC, STT, MA_SAC_THUE))
    where TRANG_THAI <> 'annulled'
),

owned as (
    select distinct mechanism as own, base from irregular where base >= 0
)

select
    coalesce(owned.own, 'honest') as mechanism,
    count(*) as declarations,
    count(inspected.base) as inspected,
    count(*) filter (inspected.is_found) as found,
    count(charged.base) as audited
from declaration
left join owned using (base)
left join inspected using (base)
left join charged using (base)
where not declaration.is_ended
group by all
order by any_value(owned.own) nulls first;

-- name: named
-- Every mechanism that the truth names.
select mechanism from raw_truth
union
select mechanism from raw_scheme
union
select mechanism from raw_slip
order by mechanism;

-- name: untold
-- How many schemes of irregular items the truth does not tell, or tells of another mechanism.
select
    own.mechanism,
    count(distinct own.scheme_id) as schemes
from (
    select mechanism, scheme_id from raw_truth
    union
    select mechanism, scheme_id from raw_slip
) as own
anti join raw_scheme using (scheme_id, mechanism)
where own.scheme_id is not null
group by own.mechanism
order by own.mechanism;
