select *
from delivery
where receipt_number in (select value from json_each(:receipts))
order by receipt_number
