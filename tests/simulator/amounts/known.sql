-- What is irregular, by declaration, line, slip and trader; and declarations as first made.
create table first_tk as
select * from tk
qualify row_number() over (
    partition by left(SO_TK, 11) order by SO_TK, SEQ_NO::bigint desc
) = 1;

create table first_hang as
select * from hang
where SO_TK in (select SO_TK from first_tk)
qualify row_number() over (partition by SO_TK, STT order by SEQ_NO::bigint desc) = 1;

create table first_thue as
select * from thue
where SO_TK in (select SO_TK from first_tk)
qualify row_number() over (partition by SO_TK, STT, MA_SAC_THUE order by SEQ_NO::bigint desc) = 1;

create table guilty_declarations as
select so_tk_goc as number, mode(mechanism) as kind from items group by so_tk_goc;

create table guilty_items as
select so_tk_goc as number, stt, mode(mechanism) as kind
from items where stt is not null group by so_tk_goc, stt;

create table guilty_wholes as
select so_tk_goc as number, mode(mechanism) as kind
from items where stt is null group by so_tk_goc;

create table guilty_slips as
select so_phieu as number, scheme_id::varchar as scheme, mechanism as kind from slips;

create table guilty_traders as
select distinct ma_dn as trader, mechanism as kind from schemes where ma_dn is not null;
