-- name: target_traders
-- One row per listed trader: what is open, and how much of it was looked at before.
with

examined as (

    select
        declarations.trader_id,
        count(distinct labels.declaration_number) as examined_declaration_count
    from labelled_item as labels
    inner join audit_declaration as declarations
        on
            labels.source_system = declarations.source_system
            and labels.declaration_number = declarations.declaration_number
    where
        labels.is_examined
        and list_contains($trader_ids, declarations.trader_id)
    group by declarations.trader_id

)

select
    open_item.trader_id,
    count(*) as item_count,
    count(distinct open_item.declaration_number) as declaration_count,
    min(open_item.registered_date) as first_registered_date,
    max(open_item.registered_date) as last_registered_date,
    sum(open_item.customs_value_vnd) as customs_value_vnd,
    coalesce(any_value(examined.examined_declaration_count), 0) as examined_declaration_count
from open_item
left join examined
    on open_item.trader_id = examined.trader_id
where list_contains($trader_ids, open_item.trader_id)
group by open_item.trader_id

-- name: target_findings
-- What was found at the listed traders, by kind of irregularity.
select
    trader_id,
    irregularity_type_code,
    count(*) as finding_count,
    count(*) filter (where found_vnd > 0) as paying_count,
    cast(sum(found_vnd) as bigint) as found_vnd
from audit_finding
where list_contains($trader_ids, trader_id)
group by all
order by
    trader_id,
    found_vnd desc,
    irregularity_type_code
