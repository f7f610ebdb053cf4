-- name: mapping_macros
-- What the files of the sources may take of a text; made in the connection before any mapping runs.

-- A local time gets its offset; a day without a clock is its midnight.
create macro instant(value, utc_offset) as
case when length(value) = 10 then value || ' 00:00:00' || utc_offset else value || utc_offset end;

-- Milliseconds since 1970; text of another form keeps a mark that no form allows.
create macro epoch_ms(value) as
case
    when regexp_full_match(value, '[0-9]{1,14}')
        then strftime(make_timestamp(cast(value as bigint) * 1000), '%Y-%m-%d %H:%M:%S.%f') || 'Z'
    else '?' || value
end;

-- A decimal comma becomes a point; a point where none is written keeps a mark.
create macro with_decimal_point(value) as
case when contains(value, '.') then '?' || value else replace(value, ',', '.') end;

-- A mass in kilograms, of a unit of so many; text of another form keeps a mark.
create macro in_kilograms(value, kilograms) as
case
    when regexp_full_match(value, '[0-9]{1,15}([.][0-9]{1,9})?')
        then cast(
            round(cast(value as decimal(24, 9)) * cast(kilograms as decimal(12, 8)), 6) as varchar
        )
    else '?' || value
end;

-- A mass whose reader has marked a unit that is none of mass.
create macro is_no_mass(value) as starts_with(value, '?');

create macro kilograms(value) as case when not is_no_mass(value) then value end;

-- The number of an item, then the place of a tax letter in the alphabet (item 3, VAT: 322).
create macro tax_line(item_number, tax_letter) as
cast(cast(try_cast(item_number as smallint) as bigint) * 100 + ascii(tax_letter) - 64 as varchar);

-- SO_TK: the 11 digits of the base; a number of another form keeps a mark that no pattern allows.
create macro base_number(so_tk) as
case when regexp_full_match(so_tk, '[0-9]{12}') then left(so_tk, 11) else '?' || so_tk end;

-- SO_TK: the version digit; of another form, 0, as the base number says what is wrong.
create macro version_digit(so_tk) as
case
    when regexp_full_match(so_tk, '[0-9]{12}') then right(so_tk, 1)
    when so_tk is not null then '0'
end;

-- A printed double, rounded half up to four decimals; text of another form is left for the check.
create macro four_decimals(value) as
case
    when regexp_full_match(value, '-?[0-9]{1,18}\.[0-9]{1,20}')
        then cast(round(cast(value as decimal(38, 20)), 4) as varchar)
    else value
end;

-- A decimal without zeros at its end; other text as it is.
create macro plain_number(value) as
case
    when regexp_full_match(value, '-?[0-9]+\.[0-9]+') then rtrim(rtrim(value, '0'), '.')
    else value
end;

-- Whether text is no number without sign and exponent; null where there is none.
create macro is_no_plain_number(value) as
not regexp_full_match(value, '[0-9]{1,20}(\.[0-9]{1,6})?');

-- Whether a spreadsheet has taken an id for a number: 6.49E+07, 64900000.0.
create macro is_spoiled_id(value) as
regexp_full_match(value, '[0-9]+[.,][0-9]+([Ee][+-]?[0-9]+)?|[0-9]+[Ee][+-][0-9]+');

-- name: checked_records
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
