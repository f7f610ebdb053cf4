-- Verdict of the check pass with where each record came from. A withdrawal (D) names its record and
-- need not repeat what it held: only its key and what orders it are looked at. What counts as content
-- besides the fields joins their hash.
create or replace temp table verdict as
select
    checked.* exclude (content_hash),
    origin.receipt_number,
    origin.file_record_number,
    coalesce(mapped.extras, origin.extras) as extras,
    case
        when mapped.further_content is null then checked.content_hash
        else md5(checked.content_hash || nfc_normalize(mapped.further_content))
    end as content_hash,
    case
        when cut_field.nothing is not null
            then cast(
                json_object(
                    'text', coalesce(origin.cut_text, ''), 'none', cast(cut_field.nothing as json)
                ) as varchar
            )
    end as cut,
    case
        when mapped.operation_code = 'D'
            then list_filter(
                checked.reason_codes,
                lambda reason: list_contains($kept, split_part(reason, ':', 2))
            )
        else checked.reason_codes
    end as reasons
from checked
inner join mapped on checked.record_number = mapped.record_number
inner join origin on checked.record_number = origin.record_number
-- no match: the file ended with a line end, or in a column that no field holds
left join cut_field on lower(origin.cut_column) = cut_field.raw_column;
