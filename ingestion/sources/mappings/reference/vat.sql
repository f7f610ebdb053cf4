-- VAT rates; they know no schedule and no group of countries.
select
    vat.record_number,
    'vat' as rate_kind_code,
    '-' as tariff_schedule_code,
    '-' as country_group_code,
    vat.ma_hs as tariff_line_code,
    vat.tu_ngay as valid_from_date,
    vat.thue_suat as rate_text,
    vat.den_ngay as valid_to_date
from vat
