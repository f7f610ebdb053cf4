-- name: below_the_quota
-- A slip brings in goods of less than a person may bring free of tax on a day.
select mechanism, is_import and value_vnd < 2000000 as holds
from stacked;

-- name: quotas_filled
-- All slips of a load but one come up to the quota.
select mechanism, count(*) filter (value_vnd >= 1840000) >= count(*) - 1 as holds
from stacked
group by mechanism, scheme_id, day;

-- name: on_many_papers
-- A load is written on three papers at least, each of them once.
select mechanism, count(distinct paper) = count(*) and count(*) >= 3 as holds
from stacked
group by mechanism, scheme_id, day;

-- name: in_one_van
-- A load is of one heading and in one van.
select mechanism, count(distinct van) = 1 and count(distinct heading) = 1 as holds
from stacked
group by mechanism, scheme_id, day;

-- name: owners_gate
-- A slip lies at the gate to which its scheme is tied.
select mechanism, office = scheme_office as holds
from stacked
where scheme_office is not null;

-- name: residents_cross
-- The gate to which a scheme is tied is one where residents carry goods.
select told.mechanism, coalesce(successor.later, told.ma_hq) in (select office from slip) as holds
from raw_scheme as told
left join successor on told.ma_hq = successor.former
where told.mechanism = 'quota_stacking' and told.ma_hq is not null;

-- name: owners_chapter
-- A load is of a chapter that its owner imports.
select stacked.mechanism, bool_or(owned.trader is not null) as holds
from stacked
left join (
    select distinct trader, left(hs, 2) as chapter from item where is_import
) as owned on stacked.owner = owned.trader and left(stacked.heading, 2) = owned.chapter
where stacked.owner is not null
group by stacked.mechanism, stacked.scheme_id, stacked.day;

-- name: owner_imports_there
-- The goods of an owner cross by a gate by which it imports.
select stacked.mechanism, bool_or(used.trader is not null) as holds
from stacked
left join (select distinct trader, office from declaration where is_import) as used
    on stacked.owner = used.trader and stacked.office = used.office
where stacked.owner is not null
group by stacked.mechanism, stacked.scheme_id;

-- name: quota_tax
-- The goods are worth the tax of their heading, less what the slip paid. The rate is that of slips
-- that are their paper's only one of the day and pay for what lies above the quota.
select mechanism, abs(value_vnd * share - tax_vnd - evaded_vnd) <= 1 as holds
from stacked
inner join (
    select heading, median(round(100.0 * tax_vnd / (value_vnd - 2000000))) / 100 as share
    from (
        select * from slip qualify count(*) over (partition by paper, day) = 1
    ) as single
    where value_vnd > 2000000 and tax_vnd > 0
    group by heading
) as rates using (heading);
