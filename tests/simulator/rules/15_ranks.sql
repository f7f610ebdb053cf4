-- rule: newcomer_ranks_for_newcomers_only
-- tables: tk, phanluong, dn
-- Ranks 7 to 9 (rule ids XH-7 to XH-9) are for traders active for less than 365 days, and only these
-- have no other rank than 1.
with ranked as (
    select
        SO_TK_GOC, cast(THOI_DIEM as date) as day,
        cast(regexp_extract(CAN_CU, 'XH-([1-9])', 1) as int) as trader_rank
    from phanluong
    where regexp_matches(CAN_CU, 'XH-[1-9]')
),

first_seen as (select MA_DN, cast(min(NGAY_DK) as date) as day from tk group by MA_DN)

select
    SO_TK_GOC as record_key,
    case when trader_rank >= 7 then first_seen.day < ranked.day - 365
        else trader_rank > 1 and NGAY_TL > ranked.day - 365 end as is_violated
from ranked
inner join declaration on base = SO_TK_GOC
inner join first_seen using (MA_DN)
inner join dn using (MA_DN);

-- rule: newcomer_levels_for_newcomers_only
-- tables: xephang, dn
-- Among brokers, carriers and operators too: 7 to 9 only within 365 days of a known founding.
select
    MA || ' ' || xephang.LOAI as record_key,
    MUC in ('7', '8', '9') and not coalesce(
        NGAY_TL > try_strptime(regexp_extract(xephang.file_name, '\d{6}'), '%Y%m') - interval 365 day,
        false
    ) or not regexp_full_match(MUC, '[1-9]') as is_violated
from xephang left join dn on MA_DN = MA;
