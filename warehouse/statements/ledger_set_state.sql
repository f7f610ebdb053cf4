update delivery
set state = :state, reason_code = :reason_code, reason_text = :reason_text, load_id = :load_id
where receipt_number = :receipt_number
