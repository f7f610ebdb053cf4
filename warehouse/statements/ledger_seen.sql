select source, name, last_seen_at
from delivery_name
where receipt_number = :receipt_number
order by first_seen_at, source, name
