-- Amounts of each line of the declarations as they were first made, with its taxes and its
-- certificate's, and those of the header beside the only line of a declaration.
with taxes as (
    select
        SO_TK,
        STT,
        max(TG_TINH_THUE::double) filter (MA_SAC_THUE = 'N') as "duty base",
        max(SO_TIEN::double) filter (MA_SAC_THUE = 'N') as "duty",
        max(TG_TINH_THUE::double) filter (MA_SAC_THUE = 'V') as "vat base",
        max(SO_TIEN::double) filter (MA_SAC_THUE = 'V') as "vat",
        max(SO_TIEN::double) filter (MA_SAC_THUE not in ('N', 'V')) as "other tax",
        max(LUONG_TINH_THUE::double) as "LUONG_TINH_THUE"
    from first_thue
    group by SO_TK, STT
),

proven as (
    select certificate, hs6, sum(quantity) as "CO Quantity", sum(fob) as "CO FOB"
    from certificates
    group by certificate, hs6
    having count(*) = 1
),

listed as (
    select
        SO_DMMT,
        STT as place,
        max(LUONG::double) as "list LUONG",
        max(TRI_GIA::double) as "list TRI_GIA"
    from dmmt
    group by SO_DMMT, STT
),

own as (
    select
        left(item.SO_TK, 11) as number,
        item.*,
        MA_DN,
        MA_LH,
        TY_GIA,
        PHI_VC,
        PHI_BH,
        TRONG_LUONG::double * case when MA_DVT_TL = 'TNE' then 1000 else 1 end as kg,
        SO_KIEN,
        count(*) over (partition by item.SO_TK) = 1 as is_only,
        count(*) over (partition by SO_CO, left(MA_HS, 6)) = 1 as is_proven_alone
    from first_hang as item
    join first_tk as head on head.SO_TK = item.SO_TK
)

select
    own.number,
    MA_DN as trader,
    MA_LH || coalesce(MA_BIEU_THUE, '') as stratum,
    MA_HS as goods,
    coalesce(item_guilt.kind, whole_guilt.kind, '') as kind,
    LUONG1::double as "LUONG1",
    LUONG2::double as "LUONG2",
    TRI_GIA_HD::double as "TRI_GIA_HD",
    DON_GIA::double as "DON_GIA",
    TRI_GIA_TT::double as "TRI_GIA_TT",
    TY_GIA::double as "TY_GIA",
    case when is_only then kg end as "TRONG_LUONG",
    case when is_only then SO_KIEN::double end as "SO_KIEN",
    case when is_only then PHI_VC::double end as "PHI_VC",
    case when is_only then PHI_BH::double end as "PHI_BH",
    taxes.* exclude (SO_TK, STT),
    case when is_proven_alone then "CO Quantity" end as "CO Quantity",
    case when is_proven_alone then "CO FOB" end as "CO FOB",
    "list LUONG",
    "list TRI_GIA"
from own
left join taxes using (SO_TK, STT)
left join proven on proven.certificate = own.SO_CO and proven.hs6 = left(own.MA_HS, 6)
left join listed on listed.SO_DMMT = own.SO_DMMT and listed.place = own.STT_DMMT
left join guilty_items as item_guilt
    on item_guilt.number = own.number and item_guilt.stt = own.STT::integer
left join guilty_wholes as whole_guilt on whole_guilt.number = own.number
