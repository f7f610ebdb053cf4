-- name: masses
-- Gross mass by the carrier's bill beside that of all declarations of imports on the bill.

create table told_bill as

with

lines as (

    select
        try_cast(revision as integer) as revision,
        unnest(from_json(bills, '[{"no": "VARCHAR", "gross_kg": "DOUBLE"}]')) as bill
    from raw_manifest

)

select bill.no as bill, arg_max(bill.gross_kg, revision) as gross_kg
from lines group by bill.no;

create table bill_mass as

with

shared as (

    select bill, sum(gross_kg) as gross_kg
    from declaration
    where is_import and not is_ended and bill is not null
    group by bill having not bool_or(has_more_bills)

)

select ln(told_bill.gross_kg / shared.gross_kg) as over_declared
from told_bill inner join shared using (bill)
where told_bill.gross_kg > 0 and shared.gross_kg > 0;

insert into measured
select 'bill_mass_share', avg(cast(abs(over_declared) > ln(1.05) as double)), count(*)
from bill_mass;

insert into drawn
select 'bill_masses', 'generated', round(over_declared * 50) / 50, null,
    count(*) / sum(count(*)) over ()
from bill_mass where abs(over_declared) < 0.31 group by 3;
