select *
from delivery
where state = :state
order by receipt_number
