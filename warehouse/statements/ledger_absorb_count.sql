update delivery_count
set accepted = accepted - :count, repeated = repeated + :count
where receipt_number = :receipt_number and table_name = :table_name
