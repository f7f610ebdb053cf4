-- rule: containers_have_their_check_digit
-- tables: cont, manifest
-- ISO 6346 on the containers of declarations and manifests.
select SO_CONT as record_key, not container_is_valid(SO_CONT) as is_violated
from (
    select distinct SO_CONT from cont
    union
    select unnest(list_transform(bill.containers, lambda box: box."no"))
    from (select unnest(bills) as bill from manifest)
);

-- rule: tax_codes_have_their_check_digit
-- tables: tk, dn
-- Tax codes of firms, on declarations and in the registry; persons and households have 12 digits.
select
    MA_DN as record_key,
    case when LOAI_DN = 'DN' or length(MA_DN) <> 12 then not tax_code_is_valid(MA_DN)
        else not regexp_full_match(MA_DN, '\d{12}') end as is_violated
from (select distinct MA_DN, LOAI_DN from tk union select distinct MA_DN, LOAI_DN from dn)
where MA_DN is not null;

-- rule: air_waybills_have_their_check_digit
-- tables: tk, manifest
-- Waybills of goods by air, and the masters of the flights.
select number as record_key, not waybill_is_valid(number) as is_violated
from (
    select distinct SO_VD1 as number from tk where MA_PTVT = '1' and NHOM = 'N'
    and regexp_full_match(SO_VD1, '\d{3}-?\d{8}')
    union
    select coalesce(bill.master_no, bill."no")
    from (select unnest(bills) as bill from manifest where mode = 'AIR')
)
where number is not null;

-- rule: ships_have_their_imo_number
-- tables: manifest
-- IMO number of every ship that called.
select distinct means.id as record_key, not imo_is_valid(means.id) as is_violated
from manifest where mode = 'SEA';
