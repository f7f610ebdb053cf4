-- rule: late_interest_by_formula
-- tables: tk, thue, nop
-- 0.03 % a day from the day after the due date (secured: after clearance) to the day of payment.
with cleared as (
    -- What is amended before clearance is cleared in its later version.
    select left(SO_TK, 11) as SO_TK_GOC, cast(min(NGAY_TQ) as date) as cleared_on
    from tk group by all
),

due as (
    select
        cleared.SO_TK_GOC, MA_SAC_THUE,
        min(case when MA_THOI_HAN in ('A', 'B') then cleared_on else HAN_NOP end) as due_date
    from thue
    inner join tk using (SO_TK)
    inner join cleared on cleared.SO_TK_GOC = left(SO_TK, 11)
    where right(SO_TK, 1) = '0'
    group by all
),

interest_paid as (
    select SO_TK_GOC, MA_SAC_THUE, SO_TIEN from nop where LOAI = 'CN'
),

owed as (
    select
        SO_TK_GOC, MA_SAC_THUE, count(*) as payments,
        sum(SO_TIEN * (NGAY_CT - due_date) * 0.0003) as interest
    from nop inner join due using (SO_TK_GOC, MA_SAC_THUE)
    -- What pays the interest itself bears none.
    anti join interest_paid using (SO_TK_GOC, MA_SAC_THUE, SO_TIEN)
    where LOAI in ('NOP', 'BL') and NGAY_CT > due_date
    group by all
),

charged as (
    select SO_TK_GOC, MA_SAC_THUE, sum(SO_TIEN) as charge
    from nop where LOAI = 'CN' group by all
)

select
    concat_ws(' ', SO_TK_GOC, MA_SAC_THUE) as record_key,
    abs(charge - coalesce(interest, 0)) > coalesce(payments, 1) as is_violated
from charged
inner join due using (SO_TK_GOC, MA_SAC_THUE)
left join owed using (SO_TK_GOC, MA_SAC_THUE);

-- rule: assessed_in_the_ledger_as_on_the_declaration
-- tables: tk, thue, nop
-- What the ledger books as assessed is what a version of the declaration says.
with ledger as (
    select SO_TK_GOC, MA_SAC_THUE, sum(SO_TIEN) as assessed
    from nop where LOAI = 'AD' group by all
),

version as (
    select left(SO_TK, 11) as SO_TK_GOC, MA_SAC_THUE, SO_TK, sum(SO_TIEN) as amount
    from thue group by all
)

select
    concat_ws(' ', SO_TK_GOC, MA_SAC_THUE) as record_key,
    not bool_or(assessed = amount) as is_violated
from ledger inner join version using (SO_TK_GOC, MA_SAC_THUE)
group by SO_TK_GOC, MA_SAC_THUE;

-- rule: paid_within_what_is_owed
-- tables: nop
-- Per declaration and tax: paid less refunded is at most assessed, adjusted and charged.
select
    concat_ws(' ', SO_TK_GOC, MA_SAC_THUE) as record_key,
    sum(case when LOAI in ('NOP', 'BL') then SO_TIEN when LOAI = 'HOAN' then -SO_TIEN else 0 end)
    > sum(case when LOAI in ('AD', 'DC', 'CN', 'PHAT', 'LP') then SO_TIEN
        when LOAI in ('MIEN', 'XOA', 'KT') then -SO_TIEN else 0 end)
    or min(SO_TIEN) <= 0 as is_violated
from nop
where SO_TK_GOC is not null
group by SO_TK_GOC, MA_SAC_THUE
having bool_or(LOAI = 'AD');

-- rule: guarantee_at_most_thirty_days
-- tables: tk, thue, baolanh
-- A separate guarantee runs at most 30 days, and secured tax is due within 30 days of registration.
select SO_BL as record_key, DEN_NGAY - TU_NGAY not between 0 and 30 as is_violated
from baolanh where LOAI = 'R'
union all
select
    concat_ws(' ', thue.SO_TK, STT, MA_SAC_THUE),
    coalesce(HAN_NOP - cast(NGAY_DK as date), 31) > 30
from thue inner join tk using (SO_TK)
where MA_THOI_HAN in ('A', 'B') and SO_TIEN > coalesce(SO_TIEN_MIEN, 0);

-- rule: guarantees_are_there
-- tables: tk, baolanh
-- A declaration under guarantee names one of its trader that covers the day of registration.
select
    SO_TK as record_key,
    SO_BAO_LANH is null or baolanh.SO_BL is null or baolanh.MA_DN <> tk.MA_DN
    or cast(NGAY_DK as date) not between TU_NGAY and DEN_NGAY as is_violated
from tk left join baolanh on SO_BL = SO_BAO_LANH
where MA_THOI_HAN in ('A', 'B') and right(SO_TK, 1) = '0';

-- rule: debt_is_what_was_not_paid
-- tables: nop, no
-- A debt at the end of a month is at most what is owed less what was paid by then.
with month as (
    select
        *, last_day(cast(try_strptime(regexp_replace(left(THANG, 7), '\D', '', 'g'), '%Y%m')
            as date)) as month_end
    from no
),

owed as (
    select
        month.THANG, nop.SO_TK_GOC, nop.MA_SAC_THUE,
        sum(case when nop.LOAI in ('AD', 'DC', 'CN', 'PHAT', 'LP') then SO_TIEN
            when nop.LOAI in ('NOP', 'BL', 'MIEN', 'XOA', 'KT') then -SO_TIEN
            when nop.LOAI = 'HOAN' then SO_TIEN else 0 end) as amount
    from month
    inner join nop
        on nop.SO_TK_GOC = month.SO_TK_GOC and nop.MA_SAC_THUE = month.MA_SAC_THUE
        and NGAY_HT <= month_end
    group by all
    having bool_or(nop.LOAI = 'AD')
)

select
    concat_ws(' ', THANG, SO_TK_GOC, MA_SAC_THUE) as record_key,
    CON_NO not between 1 and amount as is_violated
from month inner join owed using (THANG, SO_TK_GOC, MA_SAC_THUE);

-- rule: fines_are_sanctions_of_the_registry
-- tables: nop, vipham
-- A fine carries the number, trader and sum of a decision that the registry lists up to that day:
-- the sum as decided, or less what is written off; what is gone by its first list is on none.
with undone as (
    select SO_QD, sum(SO_TIEN) as amount from nop where LOAI = 'XOA' group by SO_QD
)

select
    SO_BT as record_key,
    coalesce(vipham.MA_DN, '') <> nop.MA_DN
    or vipham.SO_TIEN not in (nop.SO_TIEN, nop.SO_TIEN - coalesce(undone.amount, 0))
        as is_violated
from nop
left join vipham using (SO_QD)
left join undone using (SO_QD)
where
    LOAI = 'PHAT' and NGAY_CT <= (select max(NGAY_QD) from vipham)
    and (vipham.SO_QD is not null or nop.SO_TIEN > coalesce(undone.amount, 0));
