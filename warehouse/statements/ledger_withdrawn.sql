select receipt_number
from delivery
where state = 'withdrawn'
