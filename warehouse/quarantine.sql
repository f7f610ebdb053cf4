-- name: groups
-- Records in quarantine by reason, field and file; a record with two reasons is in two groups.
with

reasons as (

    select
        source,
        table_name,
        sha256,
        receipt_number,
        record_number,
        unnest(reason_codes) as reason
    from quarantined
    where receipt_number not in (select receipt_number from withdrawn)

),

split as (

    select
        source,
        table_name,
        split_part(reason, ':', 1) as reason_code,
        nullif(split_part(reason, ':', 2), '') as field,
        sha256,
        receipt_number,
        record_number
    from reasons

)

select
    source,
    table_name,
    reason_code,
    field,
    sha256,
    receipt_number,
    count(*) as records,
    min(record_number) as first_record_number
from split
where
    ($source is null or source = $source)
    and ($reason is null or reason_code = $reason)
group by source, table_name, reason_code, field, sha256, receipt_number
order by records desc, source, table_name, reason_code, field nulls first, receipt_number;

-- name: total
select count(distinct (receipt_number, table_name, record_number)) as records
from quarantined
where
    receipt_number not in (select receipt_number from withdrawn)
    and ($source is null or source = $source)
    and (
        $reason is null
        or len(list_filter(reason_codes, lambda code: split_part(code, ':', 1) = $reason)) > 0
    );

-- name: records
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
limit $limit;
