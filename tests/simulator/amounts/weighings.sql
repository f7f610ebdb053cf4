-- Amounts of each weighing of a container that only one declaration names, with the declaration's.
with boxes as (
    select SO_CONT, min(left(SO_TK, 11)) as number
    from cont
    group by SO_CONT
    having count(distinct left(SO_TK, 11)) = 1
),

counted as (
    select number, count(*) as boxes from boxes group by number
)

select
    boxes.number,
    MA_DN as trader,
    MA_LH as stratum,
    '' as goods,
    coalesce(kind, '') as kind,
    GROSS_KG::double as "GROSS_KG",
    TARE_KG::double as "TARE_KG",
    NET_KG::double as "NET_KG",
    TRONG_LUONG::double * case when MA_DVT_TL = 'TNE' then 1000 else 1 end as "TRONG_LUONG",
    TONG_TG_HD::double as "TONG_TG_HD",
    SO_KIEN::double as "SO_KIEN"
from weighbridge
join boxes on boxes.SO_CONT = CONTAINER
join counted on counted.number = boxes.number and counted.boxes = 1
join first_tk on left(first_tk.SO_TK, 11) = boxes.number
left join guilty_declarations on guilty_declarations.number = boxes.number
