-- rule: no_key_conflicts
-- What was sent twice for one key and place in its order is the same.
select concat_ws(' ', $key) as record_key, count(*) > 1 as is_violated
from ${name}_distinct
group by $key, $order;

-- rule: keys_are_complete
-- A record has all of its key.
select concat_ws(' ', $key) as record_key, $is_incomplete as is_violated
from ${name}_distinct;
