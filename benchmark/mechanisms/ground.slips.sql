-- name: slip
-- One row per slip of a border resident. Slips are numbered below 0, declarations above it.
create table slip as
with sent as (
    select
        SO_PHIEU as slip,
        day_of(NGAY) as day,
        coalesce(later, MA_HQ) as office,
        SO_GT as paper,
        PLATE as van,
        MA_HS4 as heading,
        CHIEU = 'N' as is_import,
        vnd_of(TRI_GIA) as value_vnd,
        coalesce(vnd_of(THUE), 0) as tax_vnd
    from last_rows('raw_cudan', SO_PHIEU) as told
    left join successor on told.MA_HQ = successor.former
    where day_of(NGAY) is not null and vnd_of(TRI_GIA) > 0
)

select
    *,
    -row_number() over (order by slip) as base,
    1 as stt
from sent;

-- name: stacked
-- One row per slip that carries somebody else's goods, with its scheme.
create table stacked as
select
    slip.*, raw_slip.mechanism, raw_slip.scheme_id, raw_slip.duty_evaded_vnd as evaded_vnd,
    raw_scheme.ma_dn as owner,
    raw_scheme.starts_on::date as starts_on, raw_scheme.ends_on::date as ends_on,
    coalesce(successor.later, raw_scheme.ma_hq) as scheme_office
from raw_slip
inner join slip on raw_slip.so_phieu = slip.slip
left join raw_scheme using (scheme_id)
left join successor on raw_scheme.ma_hq = successor.former;

-- name: stacked_irregular
-- Slips stand among what is irregular, and on no declaration.
insert into irregular (base, stt, mechanism, scheme_id, is_meant, is_whole, evaded_vnd, starts_on)
select base, stt, mechanism, scheme_id, true, false, evaded_vnd, starts_on
from stacked;
