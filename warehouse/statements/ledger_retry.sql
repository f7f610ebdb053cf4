update delivery
set name = :name, state = 'received', reason_code = null, reason_text = null
where receipt_number = :receipt_number
