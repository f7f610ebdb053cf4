update receipt_sequence set last_number = last_number + :count returning last_number
