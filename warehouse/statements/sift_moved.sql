select receipt_number, record_number
from verdict
where verdict = $verdict
order by receipt_number, record_number
