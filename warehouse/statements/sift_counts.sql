select
    receipt_number,
    count(*) filter (where verdict = 'accepted') as accepted,
    count(*) filter (where verdict in ('quarantined', 'conflict')) as quarantined,
    count(*) filter (where verdict = 'repeated') as repeated,
    count(*) filter (where verdict = 'conflict') as conflicted,
    count(*) filter (where verdict = 'moved') as moved,
    count(*) filter (where verdict = 'absorbed') as absorbed
from (
    select receipt_number, verdict from verdict
    union all
    select receipt_number, 'quarantined' as verdict from rejected
)
group by receipt_number
order by receipt_number
