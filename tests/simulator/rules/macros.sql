-- Check digits and measures that several rules need, from the published rules of each number.
create macro digits(code) as list_transform(
    range(1, length(code) + 1), lambda p: cast(substr(code, cast(p as bigint), 1) as bigint)
);

-- Vietnamese tax code: weights over nine digits, tenth = 10 - sum mod 11; a branch adds -001.
create macro tax_code_is_valid(code) as coalesce(regexp_full_match(code, '\d{10}(-\d{3})?'), false)
and case when regexp_full_match(code, '\d{10}(-\d{3})?') then
    10 - list_dot_product(
        digits(substr(code, 1, 9)), [31, 29, 23, 19, 17, 13, 7, 5, 3]
    ) % 11 = cast(substr(code, 10, 1) as bigint)
    else false end;

-- ISO 6346: letters count from ten, multiples of eleven left out; place n weighs 2 ** n.
create macro letter_value(letter) as
case when letter between '0' and '9' then ascii(letter) - 48 else
    ascii(letter) - 55 + cast(letter >= 'B' as int) + cast(letter >= 'L' as int)
    + cast(letter >= 'V' as int)
end;

create macro container_is_valid(code) as
coalesce(regexp_full_match(code, '[A-Z]{3}[UJZ]\d{7}'), false)
and list_sum(list_transform(
    range(0, 10), lambda p: letter_value(substr(code, cast(p + 1 as bigint), 1)) * (1 << p)
)) % 11 % 10 = ascii(substr(code, 11, 1)) - 48;

-- Air waybill: airline of three digits, serial of seven, last = serial mod 7.
create macro waybill_is_valid(code) as
coalesce(regexp_full_match(code, '\d{3}-?\d{8}'), false)
and case when regexp_full_match(code, '\d{3}-?\d{8}') then
    cast(substr(right(code, 8), 1, 7) as bigint) % 7 = cast(right(code, 1) as bigint)
    else false end;

-- IMO number: digits times 7 to 2, last digit of the sum.
create macro imo_is_valid(code) as
coalesce(regexp_full_match(code, '(IMO ?)?\d{7}'), false)
and case when regexp_full_match(code, '(IMO ?)?\d{7}') then
    list_dot_product(digits(substr(right(code, 7), 1, 6)), [7, 6, 5, 4, 3, 2]) % 10
    = cast(right(code, 1) as bigint)
    else false end;

create macro in_kg(quantity, unit) as
case unit when 'KGM' then quantity when 'TNE' then quantity * 1000
    when 'LBR' then quantity * cast(0.45359237 as decimal(9, 8)) end;

create macro is_listed(value, name) as
coalesce(value in (select code from code_list where list = name), false);
