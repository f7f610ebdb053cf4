-- name: deed
-- One row per meant irregular item: what was declared, what is true, and its scheme.
create table deed as
select
    irregular.*,
    declaration.* exclude (base, number, is_import, regime, trader, day, rate, value_vnd),
    item.* exclude (base, stt),
    scheme.trader as scheme_trader, scheme.group_id, scheme.is_told, scheme.ends_on,
    scheme.office as scheme_office, scheme.broker as scheme_broker,
    scheme.officer as scheme_officer, scheme.heir as scheme_heir,
    formula.gap_vnd, formula.whole_vnd
from irregular
inner join declaration using (base)
inner join item using (base, stt)
left join scheme using (scheme_id)
left join formula using (base, stt)
where irregular.is_meant;

-- name: since_it_began
-- Items and slips lie on or after the first day of their scheme.
select mechanism, day >= starts_on as holds from deed
union all by name
select mechanism, day >= starts_on as holds from stacked where starts_on is not null;

-- name: until_it_ended
-- Items and slips lie before the day on which their scheme ended.
select mechanism, day < ends_on as holds from deed where is_told
union all by name
select mechanism, day < ends_on as holds from stacked where ends_on is not null;

-- name: after_its_founding
-- A scheme begins on or after the day on which its firm was founded.
select mechanism, starts_on::date >= founded as holds
from raw_scheme
inner join (
    select MA_DN as ma_dn, min(day_of(NGAY_TL)) as founded from raw_dn group by MA_DN
) as firm using (ma_dn)
where founded is not null;

-- name: until_its_closing
-- A scheme with which no other firm goes on ends before its own is struck off.
select told.mechanism, told.ends_on::date <= struck.month as holds
from raw_scheme as told
inner join (
    select
        MA_DN as ma_dn,
        min(strptime(regexp_extract(FILE, 'dn_(\d{6})', 1) || '01', '%Y%m%d'))::date as month
    from raw_dn where TRANG_THAI = '03' group by MA_DN
) as struck using (ma_dn)
where told.ma_dn_sau is null and told.ends_on is not null;

-- name: after_month_14
-- A scheme begins fourteen months of 30.4 days at least after the month of the nation's first: a
-- route has to be found before.
select mechanism, starts_on >= (
    select date_trunc('month', min(starts_on)) + interval 425 day from raw_scheme
) as holds
from raw_scheme;

-- name: own_trader
-- Items are of the trader of their scheme, or of the one that goes on with it.
select mechanism, trader = scheme_trader or coalesce(trader = scheme_heir, false) as holds
from deed
where is_told;

-- name: duty_is_saved
-- Something is evaded.
select mechanism, evaded_vnd > 0 as holds from deed
where not (mechanism = 'second_declaration' and evaded_vnd = 0)
union all by name
select mechanism, evaded_vnd > 0 as holds from stacked;

-- name: dearer_truth
-- The true value is above the declared one.
select mechanism, value_vnd < true_value_vnd as holds from deed;

-- name: more_came
-- More came than was declared.
select mechanism, quantity < true_quantity as holds from deed;

-- name: taxed_import
-- An import on which duty is really paid.
select
    mechanism,
    is_import and regime in ('A11', 'A12', 'A21', 'A41', 'A42', 'H11') as holds
from deed;

-- name: cheaper_sibling
-- Another code of the same chapter, under which the goods cost less.
select
    mechanism,
    hs <> true_hs and left(hs, 2) = left(true_hs, 2) and gap_vnd > 0 as holds
from deed;

-- name: other_origin
-- Another origin than the true one, under which the goods cost less.
select mechanism, origin <> true_origin and gap_vnd > 0 as holds from deed;

-- name: by_certificate
-- A certificate is named, and a preference claimed.
select mechanism, certificate is not null and is_of_agreement(schedule) as holds from deed;

-- name: through_the_third
-- Goods are loaded or exported in the country that is named as their origin.
select mechanism, load_country = origin or export_country = origin as holds from deed;

-- name: related_deal
-- The deal itself is declared as one between related parties.
select mechanism, valuation = '7' as holds from deed;

-- name: one_item
-- At most one item of a declaration hides something.
select mechanism, count(*) = 1 as holds from deed group by mechanism, base;

-- name: no_scheme
-- A mistake belongs to no scheme and nobody means it.
select mechanism, scheme_id is null and not is_meant as holds
from irregular where mechanism = 'mistake';

-- name: formula_holds
-- What is told as evaded is what the tariff files give: duties of the truth less those declared.
select mechanism, abs(gap_vnd - evaded_vnd) <= 5 + 0.000001 * evaded_vnd as holds from formula;

-- name: meant
-- Mechanisms with irregular items or slips in the nation.
select distinct mechanism from irregular where is_meant order by mechanism;
