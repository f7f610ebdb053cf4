-- name: words
-- What a name says the goods are: the first words that no model, size or label begins or ends, in
-- small letters without marks.
create macro words_of(text) as regexp_replace(
    coalesce(list_filter(
        regexp_split_to_array(
            replace(strip_accents(lower(regexp_replace(text, '^[^#]*#&', ''))), 'đ', 'd'),
            '\s*[,;/.(:]\s*|\s+- '
        ),
        lambda part: regexp_matches(part, '^[a-z]+(\s|$)')
    )[1], ''),
    '\s(quy cach|kich thuoc|ma hang|ma|model|phien ban|kho|lo|version|width|size|p|style|packing|lot)$',
    ''
);

-- name: name_signs
-- Whether names, codes and unit masses agree with what others call and weigh.
create table name_sign as
with

mfn as (
    select hs, max(share) as share
    from rate where tax = 'N' and schedule = 'B01' group by hs
),

counted as (

    select
        base, stt, trader, hs, kg, quantity, unit, is_import,
        count(*) over (partition by head) as of_head,
        count(*) over (partition by head, left(hs, 4)) as of_head_and_heading,
        count(*) over (partition by head, hs) as of_head_and_code,
        ln(kg / nullif(quantity, 0)) as log_each,
        median(ln(kg / nullif(quantity, 0))) over (partition by hs, unit) as line_each,
        stddev_pop(ln(kg / nullif(quantity, 0))) over (partition by hs, unit) as spread_each,
        max(hs) over (partition by trader, head) <> min(hs) over (partition by trader, head)
            as own_codes_differ,
        -- How much more duty goods of the same words bear elsewhere.
        case
            when is_import then avg(share) filter (is_import) over (partition by head) - share
        end as cheaper
    from goods
    left join mfn using (hs)

)

select
    base, stt,
    case when is_import then 1 - of_head_and_code / of_head end as name_of_other_code,
    case
        when is_import then 1 - avg(of_head_and_code / of_head) over (partition by trader, hs)
    end as code_of_other_names,
    case when is_import then 1 - of_head_and_heading / of_head end as name_of_other_heading,
    1.0 / of_head as name_is_rare,
    case when is_import then own_codes_differ::integer end as own_codes_differ,
    case when is_import then avg(cheaper) over (partition by trader, hs) end as cheaper_than_named,
    log_each - line_each as mass_each,
    line_each - log_each as light_each,
    -- Where a piece of the line weighs more or less: kilograms of a kilogram do not.
    case when is_import and spread_each > 0.005 then abs(log_each - line_each) / spread_each
    end as mass_off
from counted;
