select *
from delivery
where sha256 = :sha256
order by receipt_number
