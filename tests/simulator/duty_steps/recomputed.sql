-- Every tax of every item by the order of law, each line rounded half up to whole VND.
create or replace table charge as
with dated as (
    select
        SO_TK, STT, tax, is_torn, day,
        coalesce(case when tax = 'V' then lowered.THUE_SUAT end, applied.THUE_SUAT) as rate_text,
        worth, MA_DVT1, LUONG1, MA_DVT2, LUONG2, monday,
        is_taxed_in_full or actual.SO_TK is not null as is_charged
    from applied
    inner join item using (SO_TK, STT)
    left join lowered using (SO_TK, STT)
    left join thue as actual
        on actual.SO_TK = applied.SO_TK and actual.STT = applied.STT and MA_SAC_THUE = tax
),

parsed as (
    select
        *, per_cent(rate_text) as rate_per_cent, amount_of(rate_text) as unit_amount,
        unit_of(rate_text) as unit, currency_of(rate_text) as currency
    from dated
    where is_charged
),

measured as (
    select
        parsed.*,
        case when currency = 'VND' then 1 else VND end as vnd,
        case when unit is null then 0 when unit = MA_DVT1 then LUONG1
            when unit = MA_DVT2 then LUONG2
            when is_listed(unit, 'mass_unit') then cast(
                case when is_listed(MA_DVT2, 'mass_unit') then in_kg(LUONG2, MA_DVT2)
                    else in_kg(LUONG1, MA_DVT1) end
                * case unit when 'KGM' then 1.0 when 'TNE' then 0.001 end as decimal(16, 5)
            ) end as quantity
    from parsed
    left join tygia on tygia.MA_NT = currency and cast(tygia.TU_NGAY as date) = monday
)

select
    SO_TK, STT, tax, is_torn, rate_text, worth, rate_per_cent, unit, quantity,
    cast(coalesce(rate_per_cent, 0) as decimal(9, 4)) as share,
    case when unit is null then 0 else cast(quantity as decimal(19, 5))
        * cast(unit_amount as decimal(11, 4)) * cast(vnd as decimal(9, 2)) end as amount_part
from measured;

create or replace macro part(base, share) as
cast(base as decimal(18, 0)) * share * cast(0.01 as decimal(4, 2));

create or replace table recomputed as
with duty as (
    select *, cast(round(part(worth, share) + amount_part) as bigint) as amount, worth as base
    from charge where tax in ('N', 'X', 'B', 'G', 'C', 'P')
),

duties as (select SO_TK, STT, sum(amount) as duties from duty group by SO_TK, STT),

special as (
    select
        charge.*, worth + coalesce(duties, 0) as base,
        cast(round(part(worth + coalesce(duties, 0), share) + amount_part) as bigint) as amount
    from charge left join duties using (SO_TK, STT)
    where tax = 'T'
),

environment as (
    select *, cast(round(amount_part) as bigint) as amount, cast(null as bigint) as base
    from charge where tax = 'M'
),

before_vat as (
    select
        SO_TK, STT, tax, is_torn, rate_text, unit, quantity, cast(base as bigint) as base, amount
    from duty
    union all select SO_TK, STT, tax, is_torn, rate_text, unit, quantity, base, amount
    from special
    union all select SO_TK, STT, tax, is_torn, rate_text, unit, quantity, base, amount
    from environment
),

added as (select SO_TK, STT, sum(amount) as taxes from before_vat group by SO_TK, STT)

select * from before_vat
union all
select
    SO_TK, STT, tax, is_torn, rate_text, unit, quantity, worth + coalesce(taxes, 0),
    cast(round(part(worth + coalesce(taxes, 0), share)) as bigint)
from charge left join added using (SO_TK, STT)
where tax = 'V' and rate_per_cent is not null;
