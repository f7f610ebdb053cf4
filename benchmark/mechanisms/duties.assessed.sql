-- name: charged
-- One row per case and tax: rate and quantity that hold on its day.
create table charged as
with

asean as (
    select unnest(['BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'SG', 'TH']) as origin
),

found as (

    select
        tax_case.*, rate.tax, rate.share, rate.amount, rate.currency, rate.unit as per_unit,
        -- A rate of the origin's own group before one for all, that of MFN after both.
        -- A producer's own defence rate comes before that of its country.
        case
            when rate.tax = 'G' then (rate.producer is null)::integer
            when rate.tax <> 'N' then 0
            when rate.schedule = tax_case.schedule and rate.members is null then 0
            when rate.schedule = tax_case.schedule then 1
            else 2
        end as place
    from tax_case
    inner join rate
        on tax_case.hs = rate.hs and tax_case.day between rate.since and rate.until
    where
        case rate.tax
            when 'X' then not is_import
            when 'N' then
                is_import and tax_case.schedule not in ('B30', 'B61')
                and rate.schedule in (tax_case.schedule, 'B01')
                and (
                    rate.members is null or rate.members = 'RCEP_' || tax_case.origin
                    or (rate.members = 'RCEP_ASEAN' and tax_case.origin in (from asean))
                )
            when 'G' then
                is_import and tax_case.schedule not in ('B30', 'B61')
                and (rate.origin is null or rate.origin = tax_case.origin)
                and (rate.producer is null or rate.producer = tax_case.producer)
            when 'V' then
                is_import and regime in ('A11', 'A12', 'A21', 'A41', 'A42', 'H11')
            else is_import and tax_case.schedule not in ('B30', 'B61')
        end

)

select
    found.*,
    coalesce(lowered.share, found.share) as own_share,
    coalesce(
        found.amount * coalesce(exchange.vnd, 1)
        * case
            when found.per_unit = found.unit then found.quantity
            else found.quantity * kg_each / kilograms(found.per_unit)
        end, 0
    ) as by_amount
from found
left join lowered
    on found.tax = 'V' and found.share = 0.1 and found.hs = lowered.hs
    and found.day between lowered.since and lowered.until
left join (
    select MA_NT as currency, day_of(TU_NGAY) as since, try_cast(VND as double) as vnd
    from raw_tygia
) as exchange
    on found.currency = exchange.currency and date_trunc('week', found.day) = exchange.since
qualify place = min(place) over (
    partition by base, stt, side, found.schedule, found.producer, found.tax
);

-- name: due
-- One row per case: what is to be paid, in the order of the law (Law 107/2016 articles 5 and 6):
-- duty, defence, excise on both, environment by quantity, VAT on all; each rounded half up.
create table due as
with

firsts as (

    select
        base, stt, side, schedule, producer, any_value(value) as value,
        any_value(regime) as regime,
        sum(floor(value * own_share + by_amount + 0.5)) filter (tax in ('N', 'X')) as duty,
        sum(floor(value * own_share + 0.5)) filter (tax = 'G') as defence,
        max(own_share) filter (tax = 'T') as excise_share,
        sum(floor(by_amount + 0.5)) filter (tax = 'M') as environment,
        max(own_share) filter (tax = 'V') as vat_share,
        max(own_share) filter (tax = 'N') as duty_share
    from charged
    group by base, stt, side, schedule, producer

),

bases as (

    select
        *,
        value + coalesce(duty, 0) + coalesce(defence, 0) as before_excise,
        coalesce(duty, 0) + coalesce(defence, 0) + coalesce(environment, 0) as levied
    from firsts

),

sums as (

    select *, floor(before_excise * coalesce(excise_share, 0) + 0.5) as excise from bases

)

select
    base, stt, side, schedule, duty_share,
    case
        when regime in ('A43', 'E21', 'E31', 'G12', 'G13') then 0
        else levied + excise
    end + floor((value + levied + excise) * coalesce(vat_share, 0) + 0.5) as due_vnd
from sums;
