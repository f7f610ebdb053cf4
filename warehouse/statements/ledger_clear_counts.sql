delete from delivery_count where receipt_number = :receipt_number
