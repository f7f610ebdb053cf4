-- rule: header_lists_are_short
-- tables: tk
-- At most five bills without a gap, five other-law codes, three currencies.
select
    SO_TK as record_key,
    (SO_VD1 is null and SO_VD2 is not null) or (SO_VD2 is null and SO_VD3 is not null)
    or (SO_VD3 is null and SO_VD4 is not null) or (SO_VD4 is null and SO_VD5 is not null)
    or coalesce(len(string_split(MA_LUAT_KHAC, ';')), 0) > 5
    or len(list_distinct([MA_NT, coalesce(MA_NT_VC, MA_NT), coalesce(MA_NT_BH, MA_NT)])) > 3
        as is_violated
from tk;

-- rule: documents_are_few
-- tables: chungtu
-- At most five bills, five permits and three attachments.
select
    SO_TK as record_key,
    count(*) filter (where LOAI_CT in ('BOL', 'AWB')) > 5
    or count(*) filter (where LOAI_CT in ('GP', 'CITES')) > 5
    or count(*) filter (where LOAI_CT in ('INV', 'CON', 'DM', 'ETC')) > 3 as is_violated
from chungtu
group by SO_TK;

-- rule: taxes_are_few
-- tables: thue
-- At most five other taxes an item and six kinds of tax a declaration.
select
    SO_TK || ' ' || STT as record_key,
    count(*) filter (where MA_SAC_THUE not in ('N', 'X')) > 5
    or max(kinds) > 6 as is_violated
from thue inner join (
    select SO_TK, count(distinct MA_SAC_THUE) as kinds from thue group by SO_TK
) using (SO_TK)
group by SO_TK, STT;
