update delivery set is_simulated = 1 where receipt_number = :receipt_number
