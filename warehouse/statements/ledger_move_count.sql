update delivery_count
set
    accepted = accepted - :count,
    quarantined = quarantined + :count,
    conflicted = conflicted + :count
where receipt_number = :receipt_number and table_name = :table_name
