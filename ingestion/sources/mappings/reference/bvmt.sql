-- Environment tax rates; they know no schedule and no group of countries.
select
    bvmt.record_number,
    'environment' as rate_kind_code,
    '-' as tariff_schedule_code,
    '-' as country_group_code,
    bvmt.ma_hs as tariff_line_code,
    bvmt.tu_ngay as valid_from_date,
    bvmt.thue_suat as rate_text,
    bvmt.den_ngay as valid_to_date
from bvmt
