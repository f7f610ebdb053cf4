select
    max(case when state = 'loading' then load_id end) as load_id,
    max(case when state = 'loading' then versions end) as versions,
    coalesce(sum(state <> 'loading'), 0) as closed_count
from load
