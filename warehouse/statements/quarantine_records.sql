select
    source,
    table_name,
    receipt_number,
    record_number,
    sha256,
    reason_codes,
    raw,
    contract_version,
    received_at,
    receipt_number in (select receipt_number from withdrawn) as is_withdrawn
from quarantined
where
    starts_with(sha256, $sha256)
    and ($record_number is null or record_number = $record_number)
order by receipt_number, record_number, table_name
limit $limit
