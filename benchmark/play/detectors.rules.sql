-- name: price_under_the_list
-- The unit price lies a tenth under the reference price of the value-risk list (ruirotg).
select distinct week_items.number
from week_items
inner join ruirotg
    on
        week_items.hs = ruirotg.MA_HS
        and week_items.unit = ruirotg.MA_DVT
        and week_items.day between try_cast(ruirotg.TU_NGAY as date)
        and try_cast(ruirotg.DEN_NGAY as date)
inner join (select arg_max(try_cast(VND as double), TU_NGAY) as vnd from tygia where MA_NT = 'USD')
    as dollar on true
where
    week_items.direction = '1'
    and week_items.value_vnd / nullif(week_items.quantity, 0)
    < 0.9 * try_cast(ruirotg.GIA_THAM_KHAO as double) * dollar.vnd;

-- name: price_under_its_peers
-- The unit price is under 0.6 of the median of earlier items of its line, origin and unit.
select distinct week_items.number
from week_items
inner join (
    select hs, origin, unit, median(value_vnd / quantity) as usual
    from items
    where quantity > 0 and value_vnd > 0
    group by hs, origin, unit
    having count(*) >= 5
) as peers
    on
        week_items.hs = peers.hs
        and week_items.origin = peers.origin
        and week_items.unit = peers.unit
where
    week_items.direction = '1'
    and week_items.value_vnd / nullif(week_items.quantity, 0) < 0.6 * peers.usual;

-- name: bill_weighs_more
-- The carrier's bill weighs a twentieth more than the declaration (manifest).
select week_headers.number
from week_headers
inner join bills on week_headers.bill = bills.bill
where bills.gross_kg > 1.05 * week_headers.gross_kg;

-- name: bill_names_other_goods
-- The carrier's bill names a heading that no item has (manifest).
select week_headers.number
from week_headers
inner join bills on week_headers.bill = bills.bill
left join week_items
    on week_headers.number = week_items.number and left(week_items.hs, 4) = bills.hs4
where bills.hs4 is not null and week_items.number is null;

-- name: certificate_missing_or_used
-- An agreed rate without a certificate, or with one that another declaration has used.
select distinct week_items.number
from week_items
left join items
    on week_items.certificate = items.certificate and week_items.number != items.number
where
    is_of_agreement(week_items.schedule)
    and (week_items.certificate is null or items.number is not null);

-- name: freight_out_of_line
-- Declared freight is under a hundredth or over a quarter of the invoice.
select number
from week_headers
where direction = '1' and freight > 0 and (freight < 0.01 * invoice or freight > 0.25 * invoice);

-- name: new_firm
-- The trader is registered for less than 180 days (dn).
select week_headers.number
from week_headers
inner join (select MA_DN, max(try_cast(NGAY_TL as date)) as founded from dn group by MA_DN) as firms
    on week_headers.trader = firms.MA_DN
where firms.founded > week_headers.day - 180;

-- name: cancelled_before
-- The trader cancelled a declaration in the 30 days before (sukien).
select distinct week_headers.number
from week_headers
inner join headers on week_headers.trader = headers.trader
inner join sukien on headers.number = sukien.SO_TK_GOC and sukien.MA_SK = 'HUY'
where try_cast(sukien.THOI_DIEM as date) between week_headers.day - 30 and week_headers.day;

-- name: found_before
-- A check, an audit or a sanction has found something at the trader.
select distinct week_headers.number
from week_headers
where week_headers.trader in (
    select headers.trader
    from kiemtra
    inner join headers on kiemtra.SO_TK_GOC = headers.number
    where kiemtra.KET_QUA = '1'
    union all
    select MA_DN from ktstq where KET_QUA = '1'
    union all
    select MA_DN from vipham
);

-- name: named_by_intelligence
-- A message that still holds names the trader or a line.
select distinct week_items.number
from week_items
inner join intelligence
    on
        json_extract_string(intelligence.subject, '$.value') in (
            week_items.trader, left(week_items.hs, 6)
        )
        and week_items.day between try_cast(intelligence.issued as date)
        and try_cast(intelligence.expires as date);

-- name: image_is_suspect
-- A scanner's image of the declaration is suspect.
select distinct week_headers.number
from week_headers
inner join scan on week_headers.number = left(scan.decl, 11)
where scan.decision in ('SUSPECT', 'OPEN');

-- name: many_small_ones
-- The trader declares three times or more within a week from one partner, each of little value.
select week_headers.number
from week_headers
where direction = '1' and value_vnd < 500000000
qualify count(*) over (partition by trader, partner) >= 3;
