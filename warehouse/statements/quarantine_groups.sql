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
order by records desc, source, table_name, reason_code, field nulls first, receipt_number
