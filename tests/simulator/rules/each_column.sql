-- rule: well_formed
-- VND are whole, foreign money has four decimals, quantities two, mass 6.3 digits; dates are ISO.
select concat_ws(' ', $key) as record_key, not regexp_full_match($column, '$pattern') as is_violated
from ${name}_distinct
where $column is not null;
