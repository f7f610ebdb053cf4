-- Special consumption tax rates; they know no schedule and no group of countries.
select
    ttdb.record_number,
    'special_consumption' as rate_kind_code,
    '-' as tariff_schedule_code,
    '-' as country_group_code,
    ttdb.ma_hs as tariff_line_code,
    ttdb.tu_ngay as valid_from_date,
    ttdb.thue_suat as rate_text,
    ttdb.den_ngay as valid_to_date
from ttdb
