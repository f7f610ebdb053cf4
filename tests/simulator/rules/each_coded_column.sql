-- rule: in_the_code_list
-- A code is one of its closed list.
select concat_ws(' ', $key) as record_key, not is_listed($column, '$list') as is_violated
from ${name}_distinct
where $column is not null;
