-- What mapping statements have in common; made in the connection before they run.

-- A local time gets its offset; a day without a clock is its midnight.
create macro instant(value, utc_offset) as
case when length(value) = 10 then value || ' 00:00:00' || utc_offset else value || utc_offset end;

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

-- Whether text is a number that is not negative, without exponent; null where there is none.
create macro is_plain_number(value) as regexp_full_match(value, '[0-9]{1,20}(\.[0-9]{1,6})?');

-- Whether a spreadsheet has taken an id for a number: 6.49E+07, 64900000.0.
create macro is_spoiled_id(value) as
regexp_full_match(value, '[0-9]+[.,][0-9]+([Ee][+-]?[0-9]+)?|[0-9]+[Ee][+-][0-9]+');

-- Reasons as a list; those that do not apply are null and drop out.
create macro errors(
    first,
    second := null,
    third := null,
    fourth := null,
    fifth := null,
    sixth := null,
    seventh := null
) as
string_split(
    nullif(concat_ws(';', first, second, third, fourth, fifth, sixth, seventh), ''), ';'
);
