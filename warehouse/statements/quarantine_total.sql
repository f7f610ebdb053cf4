select count(distinct (receipt_number, table_name, record_number)) as records
from quarantined
where
    receipt_number not in (select receipt_number from withdrawn)
    and ($source is null or source = $source)
    and (
        $reason is null
        or len(list_filter(reason_codes, lambda code: split_part(code, ':', 1) = $reason)) > 0
    )
