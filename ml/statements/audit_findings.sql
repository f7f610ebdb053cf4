-- One row per item found irregular up to the day of the list, or per declaration where the finding
-- names no item. One loss may stand in the lines of several inspections: it counts once.
create or replace temp table audit_finding as

select
    declarations.trader_id,
    declarations.regime_code,
    declarations.duty_band,
    inspections.source_system,
    inspections.declaration_number,
    coalesce(
        inspections.item_number, case when declarations.goods_item_count = 1 then 1 end
    ) as found_item_number,
    max(coalesce(inspections.additional_duty_vnd, 0)) as found_vnd,
    arg_max(
        coalesce(inspections.irregularity_type_code, ''),
        (
            coalesce(inspections.additional_duty_vnd, 0),
            coalesce(inspections.irregularity_type_code, '')
        )
    ) as irregularity_type_code
from marts.fct_inspection as inspections
inner join audit_declaration as declarations
    on
        inspections.source_system = declarations.source_system
        and inspections.declaration_number = declarations.declaration_number
where
    inspections.outcome = 'irregular'
    and list_contains($source_systems, inspections.source_system)
    and coalesce(inspections.ended_date, inspections.registered_date) <= cast($as_of as date)
group by all
