-- name: checks
-- How often each kind of check finds something, of what was chosen and of what was drawn by lot.

create or replace macro hit_share(methods, by_lot) as (
    select avg(cast(is_irregular as double)) from (
        select base, bool_or(is_irregular) as is_irregular
        from examined where list_contains(methods, method) and is_random = by_lot group by base
    )
);
create or replace macro looks(methods, by_lot) as (
    select count(distinct base)
    from examined where list_contains(methods, method) and is_random = by_lot
);

insert into measured
values
('documents_hit_share', hit_share(['1'], false), looks(['1'], false)),
('scanner_hit_share', hit_share(['2'], false), looks(['2'], false)),
('physical_hit_share', hit_share(['3', '4'], false), looks(['3', '4'], false)),
('agency_hit_share', hit_share(['5'], false), looks(['5'], false)),
('laboratory_hit_share', hit_share(['6'], false), looks(['6'], false)),
('value_hit_share', hit_share(['7'], false), looks(['7'], false)),
('lot_documents_share', hit_share(['1'], true), looks(['1'], true)),
('lot_scanner_share', hit_share(['2'], true), looks(['2'], true)),
('lot_physical_share', hit_share(['3', '4'], true), looks(['3', '4'], true)),
('lot_agency_share', hit_share(['5'], true), looks(['5'], true)),
('lot_laboratory_share', hit_share(['6'], true), looks(['6'], true)),
('lot_value_share', hit_share(['7'], true), looks(['7'], true));

insert into measured
select 'laboratory_tax_share', avg(cast(brings_tax as double)), count(*)
from examined where method = '6' and not is_random
union all
select 'lot_irregular_share', avg(cast(is_irregular as double)), count(*)
from (
    select base, bool_or(is_irregular) as is_irregular
    from examined where is_random and is_import group by base
)
union all
select 'scanner_suspect_share', avg(cast(decision in ('SUSPECT', 'OPEN') as double)), count(*)
from (select any_value(decision) as decision from raw_scan group by scan_id);

insert into drawn
select
    'hits', if(is_random, 'drawn by lot', 'chosen'), null, method,
    avg(cast(is_irregular as double))
from examined group by is_random, method;
