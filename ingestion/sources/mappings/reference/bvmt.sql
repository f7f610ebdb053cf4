-- Environment tax rates; they know no schedule and no group of countries. The unit that a rate is per
-- stays in the extras.
select
    bvmt.record_number,
    'environment' as rate_kind_code,
    '-' as tariff_schedule_code,
    '-' as country_group_code,
    bvmt.ma_hs as tariff_line_code,
    bvmt.tu_ngay as valid_from_date,
    bvmt.thue_suat as rate_text,
    bvmt.den_ngay as valid_to_date,
    bvmt.ma_dvt as further_content,
    case
        when bvmt.ma_dvt is null then bvmt.extras
        else cast(
            json_merge_patch(
                coalesce(bvmt.extras, '{}'), json_object('MA_DVT', bvmt.ma_dvt)
            ) as varchar
        )
    end as extras
from bvmt
