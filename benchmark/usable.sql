-- name: moment_of
-- A clock time of the text, null of what is none: the formats hold a year of 1990 to 2100.
create macro moment_of(text) as case
    when year(try_cast(text as timestamp)) between 1990 and 2100 then try_cast(text as timestamp)
end;

-- name: instant_of
-- The same of a text with its zone.
create macro instant_of(text) as case
    when year(try_cast(text as timestamptz)) between 1990 and 2100
        then try_cast(text as timestamptz)
end;

-- name: day_of
-- A day of the text: firms and rates are older than what is simulated.
create macro day_of(text) as case
    when year(try_cast(text as date)) between 1900 and 2100 then try_cast(text as date)
end;

-- name: number_of
-- A number of the text that goods, distances and prices may have: from 0 on, and no endless one.
create macro number_of(text) as case
    when try_cast(text as double) >= 0 and try_cast(text as double) < 1e18
        then try_cast(text as double)
end;

-- name: measured_of
-- The same below 0 too: a scale may tell less than the tare.
create macro measured_of(text) as case
    when abs(try_cast(text as double)) < 1e18 then try_cast(text as double)
end;

-- name: vnd_of
-- Whole VND of the text, from 0 on.
create macro vnd_of(text) as case
    when number_of(text) = floor(number_of(text)) then try_cast(text as bigint)
end;

-- name: is_moment
create macro is_moment(text) as moment_of(text) is not null;

-- name: is_day
create macro is_day(text) as day_of(text) is not null;

-- name: is_number
create macro is_number(text) as number_of(text) is not null;

-- name: is_measured
create macro is_measured(text) as measured_of(text) is not null;

-- name: is_vnd
create macro is_vnd(text) as vnd_of(text) is not null;

-- name: is_version
-- Number of a declaration with the digit of its version.
create macro is_version(text) as coalesce(regexp_full_match(text, '\d{12}'), false);

-- name: is_base
create macro is_base(text) as coalesce(regexp_full_match(text, '\d{11}'), false);

-- name: is_item
create macro is_item(text) as coalesce(try_cast(text as integer) between 1 and 50, false);

-- name: is_code
create macro is_code(text) as coalesce(regexp_full_match(text, '\d{8}'), false);

-- name: is_text
-- Bytes that are no text, and records, come as DuckDB writes them.
create macro is_text(text) as coalesce(
    not regexp_matches(text, '\\x[0-9A-F]{2}') and not starts_with(text, '{''')
    and not starts_with(text, '['''), false
);
