-- rule: manifest_gross_weight
-- tables: tk, manifest, sukien
-- tolerated: 0.06
-- Declarations of a bill weigh together what its manifest says, within a tenth and 50 kg; a few
-- declarants guess, and crates, of which goods of an eighth of the firms come in, are left out in 4 %
-- of the declarations.
with ended as (select distinct SO_TK_GOC as base from sukien where MA_SK in ('HUY', 'TU_CHOI')),

bill as (select unnest(bills) as bill from manifest),

declared as (
    select
        SO_VD1, sum(in_kg(TRONG_LUONG, MA_DVT_TL)) as gross_kg, count(SO_VD2) as others,
        max(TONG_NHANH) as branches, count(*) as declarations
    from declaration
    where SO_VD1 is not null and base not in (select ended.base from ended)
    group by SO_VD1
)

select
    SO_VD1 as record_key,
    abs(declared.gross_kg - bill.gross_kg) > bill.gross_kg * 0.1 + 50 as is_violated
from declared inner join bill on bill."no" = SO_VD1
where others = 0 and coalesce(branches, 1) <= declarations;

-- rule: declared_containers_are_on_the_manifest
-- tables: tk, cont, manifest
-- A container of a declaration is on one of its bills, where those are manifested.
with bill as (select unnest(bills) as bill from manifest),

carried as (
    select
        bill."no" as number,
        list_transform(bill.containers, lambda box: box."no") as containers
    from bill
),

named as (
    select SO_TK, unnest([SO_VD1, SO_VD2, SO_VD3, SO_VD4, SO_VD5]) as number from declaration
),

known as (
    select SO_TK, flatten(list(containers)) as containers
    from named inner join carried using (number)
    where number is not null
    group by SO_TK
)

select
    SO_TK || ' ' || SO_CONT as record_key,
    not list_contains(containers, SO_CONT) as is_violated
from cont inner join known using (SO_TK);
