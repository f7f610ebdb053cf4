-- Rows as sent, repetitions dropped; then the current row of each key, withdrawn ones left out.
create or replace table ${name}_distinct as
select distinct on ($all_columns) *
from ${name}_sent
order by file_name desc;

create or replace table ${name} as
select $typed_columns
from ${name}_distinct
qualify row_number() over (partition by $key order by try_cast($order as $order_type) desc) = 1
    and $is_kept;
