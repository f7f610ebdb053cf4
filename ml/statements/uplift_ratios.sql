-- Additional duty ÷ customs value of an irregular item, by chapter of the model in use.
create or replace temp table uplift_ratio as

select
    hs2_code,
    ratio
from uplift_ratios
