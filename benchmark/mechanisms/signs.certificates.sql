-- name: certificate_signs
-- One row per import with a certificate of a form that partners send: by how many standard errors
-- fewer of its trader's numbers came from them than of all of that form.
create table certificate_sign as
with

numbers as (
    select
        goods.trader, goods.schedule, goods.certificate,
        bool_or(shown.number is not null)::integer as has_come
    from goods
    left join (select distinct number from raw_certificate) as shown
        on goods.certificate = shown.number
    where goods.is_import and goods.certificate is not null
    group by goods.trader, goods.schedule, goods.certificate
),

forms as (
    -- Where fewer than one in twenty are sent, one that is missing says nothing.
    select schedule, avg(has_come) as share
    from numbers group by schedule having avg(has_come) >= 0.05
),

lacking as (
    select
        trader, schedule,
        (sum(share) - sum(has_come)) / sqrt(nullif(sum(share * (1 - share)), 0)) as errors
    from numbers inner join forms using (schedule)
    group by trader, schedule
)

select base, stt, errors as certificates_lacking
from goods
inner join lacking using (trader, schedule)
where is_import and certificate is not null;
