-- name: deal
-- One row per declaration of a split deal, which has one invoice: the piece's customs value and the
-- true value of the whole, VND.
create table deal as
with invoices as (
    select distinct mechanism, trader, invoice from deed where mechanism = 'consignment_splitting'
)

select
    invoices.mechanism, declaration.base, declaration.value_vnd as piece_vnd,
    sum(declaration.value_vnd + coalesce(shaded.vnd, 0)) over whole as whole_vnd,
    count(*) over whole as pieces
from invoices
inner join declaration using (trader, invoice)
left join (
    select base, sum(true_value_vnd - value_vnd) as vnd from deed group by base
) as shaded using (base)
where declaration.is_import and not declaration.is_ended
window whole as (partition by invoices.trader, invoices.invoice);

-- name: several_pieces
-- A deal comes in two declarations at least.
select mechanism, pieces > 1 as holds from deal;

-- name: under_a_threshold
-- There is one amount under which the pieces stay and above which the deals lie.
select mechanism, piece_vnd < threshold and whole_vnd >= threshold as holds
from deal
cross join (
    select threshold
    from deal
    cross join (select distinct whole_vnd as threshold from deal) as tried
    group by threshold
    order by count(*) filter (piece_vnd < threshold and whole_vnd >= threshold) desc, threshold
    limit 1
) as best;
