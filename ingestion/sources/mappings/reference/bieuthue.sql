-- Listed import duty rates by schedule and group of countries; '-' stands for no group.
select
    bieuthue.record_number,
    'import' as rate_kind_code,
    bieuthue.ma_bieu_thue as tariff_schedule_code,
    bieuthue.ma_hs as tariff_line_code,
    bieuthue.tu_ngay as valid_from_date,
    bieuthue.thue_suat as rate_text,
    bieuthue.den_ngay as valid_to_date,
    coalesce(bieuthue.ma_nhom_nuoc, '-') as country_group_code
from bieuthue
