-- Amounts of each declaration as it was first made, with those of its lines, taxes, bills,
-- weighings at gates and payments.
with head as (
    select left(SO_TK, 11) as number, * from first_tk
),

lines as (
    select
        SO_TK,
        count(*) as "lines",
        sum(LUONG1::double) as "sum LUONG1",
        sum(LUONG2::double) as "sum LUONG2",
        sum(case when MA_DVT1 = 'KGM' then LUONG1::double else LUONG2::double end) as "net kg",
        sum(TRI_GIA_HD::double) as "sum TRI_GIA_HD",
        sum(TRI_GIA_TT::double) as "sum TRI_GIA_TT",
        max(DON_GIA::double) as "largest DON_GIA",
        case when count(*) = 1 then min(MA_HS) end as goods,
        case when count(*) = 1 then min(MA_BIEU_THUE) end as schedule
    from first_hang
    group by SO_TK
),

taxes as (
    select
        SO_TK,
        sum(SO_TIEN::double) filter (MA_SAC_THUE = 'N') as "duty",
        sum(SO_TIEN::double) filter (MA_SAC_THUE = 'V') as "vat",
        sum(TG_TINH_THUE::double) filter (MA_SAC_THUE = 'V') as "vat base"
    from first_thue
    group by SO_TK
),

named as (
    select number, bill
    from (
        select number, unnest([SO_VD1, SO_VD2, SO_VD3, SO_VD4, SO_VD5]) as bill from head
    )
    where bill is not null
),

alone as (
    select bill from named group by bill having count(distinct number) = 1
),

told as (
    select
        "no" as bill,
        arg_max(gross_kg, revision) as gross_kg,
        arg_max(packages, revision) as packages,
        arg_max(volume_m3, revision) as volume_m3,
        max(boxes) as boxes
    from bills
    group by "no"
),

carried as (
    select
        number,
        sum(gross_kg) as "bill gross_kg",
        sum(packages) as "bill packages",
        sum(volume_m3) as "bill volume_m3",
        sum(boxes) as "bill boxes"
    from named
    left join told using (bill)
    group by number
    having count(*) = 1 and count(gross_kg) = 1 and any_value(bill) in (from alone)
),

gates as (
    select
        left(declarations[1], 11) as number,
        max(weightKg::double) as "gate weightKg"
    from gate_events
    where len(declarations) = 1
    group by 1
    having count(distinct weightKg) = 1
),

paid as (
    select SO_TK_GOC as number, sum(SO_TIEN::double) as "paid"
    from nop
    group by SO_TK_GOC
),

claimed as (
    select
        SO_TK_GOC as number,
        max(SO_TIEN::double) as "claimed",
        max(SO_TIEN_DUYET::double) as "granted"
    from hoanthue
    group by SO_TK_GOC
),

secured as (
    select SO_BL as SO_BAO_LANH, max(HAN_MUC::double) as "HAN_MUC"
    from baolanh
    group by SO_BL
),

ports as (
    select
        left(decl, 11) as number,
        sum(gross_kg::double) filter (kind = 'GATE_OUT') as "port kg out",
        sum(gross_kg::double) filter (kind = 'GATE_IN') as "port kg in"
    from port_messages
    group by 1
)

select
    head.number,
    MA_DN as trader,
    MA_LH || coalesce(schedule, '') as stratum,
    coalesce(goods, '') as goods,
    coalesce(kind, '') as kind,
    TONG_TG_HD::double as "TONG_TG_HD",
    case when MA_NT_VC = MA_NT then PHI_VC::double end as "PHI_VC",
    case when MA_NT_BH = MA_NT then PHI_BH::double end as "PHI_BH",
    abs(DC_TRI_GIA::double) as "DC_TRI_GIA",
    TY_GIA::double as "TY_GIA",
    TONG_TG_TT::double as "TONG_TG_TT",
    TONG_THUE::double as "TONG_THUE",
    SO_KIEN::double as "SO_KIEN",
    TRONG_LUONG::double * case when MA_DVT_TL = 'TNE' then 1000 else 1 end
        as "TRONG_LUONG",
    lines.* exclude (SO_TK, goods, schedule),
    taxes.* exclude (SO_TK),
    carried.* exclude (number),
    "gate weightKg",
    "paid",
    "claimed",
    "granted",
    "HAN_MUC",
    "port kg out",
    "port kg in"
from head
left join lines using (SO_TK)
left join taxes using (SO_TK)
left join carried using (number)
left join gates using (number)
left join paid using (number)
left join claimed using (number)
left join secured using (SO_BAO_LANH)
left join ports using (number)
left join guilty_declarations using (number)
