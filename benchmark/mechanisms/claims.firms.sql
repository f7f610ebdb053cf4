-- name: young_firm
-- The firm was founded within a year before its first item.
select mechanism, founded >= first_day - interval 1 year as holds
from (
    select mechanism, trader, min(day) as first_day from deed group by mechanism, trader
) as own
inner join (
    select MA_DN as trader, min(day_of(NGAY_TL)) as founded from raw_dn group by MA_DN
) as firm using (trader)
where founded is not null;

-- name: gone_for_good
-- Nothing is declared more than 60 days after the firm vanished: after it left its address or was
-- struck off, a year after its founding at the latest; of a scheme of which nothing is told 150
-- days after it began. Who rests is suspended too, and active again before he leaves.
with

months as (
    select
        MA_DN as trader, day_of(NGAY_TL) as founded, TRANG_THAI = '00' as is_active,
        strptime(regexp_extract(FILE, 'dn_(\d{6})', 1) || '01', '%Y%m%d')::date as month
    from raw_dn
),

firm as (
    select
        trader, min(founded) as founded,
        min(month) filter (month > coalesce(active_until, '-infinity')) as left_on
    from (
        select *, max(month) filter (is_active) over (partition by trader) as active_until
        from months
    )
    group by trader
)

select ends.mechanism, declaration.day < ends.vanished + 60 as holds
from (
    select
        deed.mechanism, deed.trader, min(deed.starts_on) as began,
        case
            when bool_or(deed.is_told) then coalesce(
                min(firm.left_on), (min(firm.founded) + interval 1 year)::date
            )
            else min(deed.starts_on) + 150
        end as vanished
    from deed
    left join firm using (trader)
    group by deed.mechanism, deed.trader
) as ends
inner join declaration on ends.trader = declaration.trader and declaration.day >= ends.began;

-- name: heir
-- One row per scheme of a firm that is struck off and has another that goes on: whether that one
-- trades, and whether both share an owner or the address.
create table heir as
select
    told.mechanism,
    told.ma_dn_sau in (select trader from declaration) as trades,
    exists (
        from raw_chusohuu as own inner join raw_chusohuu as kin on own.SO_GT = kin.SO_GT
        where own.MA_DN = told.ma_dn and kin.MA_DN = told.ma_dn_sau
    ) or exists (
        from raw_dn as own inner join raw_dn as kin on own.DIA_CHI = kin.DIA_CHI
        where own.MA_DN = told.ma_dn and kin.MA_DN = told.ma_dn_sau
    ) as is_kin
from raw_scheme as told
where
    told.mechanism = 'phoenix' and told.ma_dn_sau is not null
    and told.ma_dn in (select MA_DN from raw_dn where TRANG_THAI = '03');

-- name: heir_goes_on
-- The firm that comes after one that is struck off trades; one may come too late for the files.
select mechanism, trades as holds from heir;

-- name: heir_is_kin
-- It shares an owner or the address with it.
select mechanism, is_kin as holds from heir where trades;

-- name: closed_is_closed
-- A firm that is struck off declares nothing two months later.
select struck.mechanism, declaration.day < struck.closed + interval 3 month as holds
from (
    select
        deed.mechanism, raw_dn.MA_DN as trader,
        min(strptime(regexp_extract(FILE, 'dn_(\d{6})', 1) || '01', '%Y%m%d'))::date as closed
    from raw_dn
    inner join (select distinct mechanism, trader from deed) as deed
        on raw_dn.MA_DN = deed.trader
    where TRANG_THAI = '03'
    group by deed.mechanism, raw_dn.MA_DN
) as struck
inner join declaration on struck.trader = declaration.trader;
