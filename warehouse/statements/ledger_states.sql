select
    source,
    state,
    count(*) as files,
    sum(size_bytes) as size_bytes,
    max(received_at) as last_received_at
from delivery
group by source, state
order by source, state
