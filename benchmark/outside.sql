-- name: registered
-- One row per declaration, by its number of 11 digits: its first version as first registered; of
-- versions withdrawn last there is nothing.
with

versions as (

    select
        try_cast(left(SO_TK, 11) as bigint) as number,
        SO_TK as version,
        coalesce(MA_DN, '') as trader,
        moment_of(NGAY_DK) as registered_at,
        try_cast(SEQ_NO as bigint) as sequence
    from tk
    where length(SO_TK) = 12
    qualify coalesce(
        arg_max(OP, try_cast(SEQ_NO as bigint)) over (partition by SO_TK), 'I'
    ) != 'D'

),

first_versions as (

    select
        number,
        epoch(min(registered_at))::bigint as registered,
        arg_min(trader, (version, sequence)) as trader
    from versions
    where number is not null and registered_at is not null
    group by number

)

select
    number,
    registered,
    trader
from first_versions
order by number;

-- name: unread
-- How many rows say no number of 12 digits, or no time of registration that there is; what takes one
-- back says its number alone.
select count(*)
from tk
where
    coalesce(length(SO_TK), 0) <> 12
    or try_cast(left(SO_TK, 11) as bigint) is null
    or (moment_of(NGAY_DK) is null and coalesce(OP, 'I') != 'D');
