select receipt_number, record_number
from verdict
where verdict = 'moved'
order by receipt_number, record_number
