-- rule: not_subject_to_duty_is_zero
-- tables: hang, thue
-- Under schedule B30 there is no import duty.
select
    SO_TK || ' ' || STT as record_key,
    bool_or(coalesce(SO_TIEN, 1) <> 0) filter (where MA_SAC_THUE = 'N') is true as is_violated
from hang left join thue using (SO_TK, STT)
where MA_BIEU_THUE = 'B30'
group by SO_TK, STT;

-- rule: preference_needs_a_certificate
-- tables: tk, hang, chungtu
-- A preferential schedule has its certificate of origin among the documents, or a note that it is late.
select
    hang.SO_TK || ' ' || STT as record_key,
    case when SO_CO is null then coalesce(GHI_CHU, '') not ilike '%C/O%'
        else chungtu.SO_TK is null end as is_violated
from hang
inner join tk using (SO_TK)
left join (select distinct SO_TK, SO_CT from chungtu where LOAI_CT = 'CO') as chungtu
    on chungtu.SO_TK = hang.SO_TK and SO_CT = SO_CO
where NHOM = 'N' and MA_BIEU_THUE is not null and MA_BIEU_THUE not in
    ('B01', 'B02', 'B03', 'B14', 'B15', 'B16', 'B17', 'B30', 'B61', 'B99');

-- rule: certificate_form_of_the_schedule
-- tables: hang, chungtu
-- The form of the certificate is that of the schedule claimed.
with form (MA_BIEU_THUE, forms) as (
    values ('B04', ['D']), ('B05', ['E']), ('B06', ['AK']), ('B07', ['AANZ']), ('B08', ['AI']),
        ('B09', ['AJ']), ('B10', ['VJ']), ('B11', ['S']), ('B12', ['X']), ('B13', ['VC']),
        ('B18', ['VK']), ('B19', ['EAV']), ('B20', ['CPTPP']), ('B21', ['CPTPP']),
        ('B23', ['AHK']), ('B25', ['EUR.1'])
)

select
    SO_TK || ' ' || STT as record_key,
    not list_contains(forms, MA_MAU) as is_violated
from hang
inner join chungtu using (SO_TK)
inner join form using (MA_BIEU_THUE)
where SO_CO is not null and LOAI_CT = 'CO' and SO_CT = SO_CO;

-- rule: schedules_are_known
-- tables: tk, hang, bieuthue
-- An import names a schedule that is in the tariff files or stands for no duty; an export none there.
with known as (
    select distinct MA_BIEU_THUE from bieuthue
    union select unnest(['B02', 'B14', 'B15', 'B16', 'B17', 'B30', 'B61', 'B99'])
)

select
    hang.SO_TK || ' ' || STT as record_key,
    MA_BIEU_THUE not in (select known.MA_BIEU_THUE from known) as is_violated
from hang inner join tk using (SO_TK)
where MA_BIEU_THUE is not null;

-- rule: one_date_a_certificate
-- tables: chungtu
-- A certificate of origin has one date, however many declarations show it.
select SO_CT as record_key, count(distinct NGAY_CT) <> 1 as is_violated
from chungtu
where LOAI_CT = 'CO'
group by SO_CT;
