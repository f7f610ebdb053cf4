-- name: formula
-- One row per irregular item: what it evades by the formula, told and computed, and what the law
-- takes of all of its goods at MFN and VAT, which hidden losses are shares of.
create table formula as
with

gaps as (

    select
        truth.base, truth.stt,
        greatest(truth.due_vnd - coalesce(told.due_vnd, 0), 0) as gap_vnd, truth.duty_share
    from due as truth
    left join due as told
        on truth.base = told.base and truth.stt = told.stt and told.side = 0
    where truth.side = 1

),

nearest as (

    select gaps.*
    from gaps
    inner join irregular using (base, stt)
    qualify row_number() over (
        partition by base, stt order by abs(gap_vnd - evaded_vnd), duty_share desc
    ) = 1

),

whole as (

    select
        irregular.base, irregular.stt,
        item.price_vnd * item.quantity * (
            (1 + coalesce(max(rate.share) filter (rate.tax = 'N'), 0))
            * (1 + coalesce(min(lowered.share), max(rate.share) filter (rate.tax = 'V'), 0)) - 1
        ) as whole_vnd
    from irregular
    inner join item using (base, stt)
    left join rate
        on rate.hs = coalesce(irregular.true_hs, item.hs)
        and item.day between rate.since and rate.until
        and (rate.tax = 'V' or (rate.tax = 'N' and rate.schedule = 'B01'))
    left join lowered
        on rate.hs = lowered.hs and item.day between lowered.since and lowered.until
    group by irregular.base, irregular.stt, item.price_vnd, item.quantity

)

select irregular.base, irregular.stt, irregular.mechanism, evaded_vnd,
    coalesce(gap_vnd, 0) as gap_vnd, whole_vnd
from irregular
left join nearest using (base, stt)
left join whole using (base, stt);
