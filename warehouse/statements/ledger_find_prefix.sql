select *
from delivery
where substr(sha256, 1, length(:prefix)) = :prefix
order by receipt_number
