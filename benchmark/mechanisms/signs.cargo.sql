-- name: bill
-- One row per bill of lading: its last revision, and whether it was changed to transit.
create table bill as
with

lines as (

    select
        try_cast(revision as integer) as revision,
        unnest(from_json(
            bills,
            '[{"no":"VARCHAR","hs4":"VARCHAR","packages":"DOUBLE","gross_kg":"DOUBLE",
              "load_port":"VARCHAR","origin":"VARCHAR","transit":"INTEGER"}]'
        )) as bill
    from raw_manifest

)

select
    bill.no as bill,
    arg_max(bill.hs4, revision) as hs4,
    arg_max(bill.packages, revision) as packages,
    arg_max(bill.gross_kg, revision) as gross_kg,
    arg_max(bill.origin, revision) as origin,
    coalesce(
        min(revision) filter (bill.transit = 0) < max(revision) filter (bill.transit = 1), false
    ) as becomes_transit
from lines
group by bill.no;

-- name: weight
-- One row per declaration and place that weighed or counted it, kilograms.
create table weight as
with

boxes as (
    select distinct try_cast(left(SO_TK, 11) as bigint) as base, SO_CONT as container
    from last_rows('raw_cont', (SO_TK, SO_CONT))
    semi join (select SO_TK from last_rows('raw_tk', SO_TK)) using (SO_TK)
),

-- A box that several declarations share says nothing of one of them.
told_boxes as (
    select
        base, container, declaration.day,
        count(*) over (partition by container, date_trunc('month', declaration.day)) > 1 as is_shared
    from boxes inner join declaration using (base)
),

scales as (

    select told_boxes.base, told_boxes.container, max(measured_of(NET_KG)) as kg
    from told_boxes
    inner join raw_weighbridge
        on told_boxes.container = raw_weighbridge.CONTAINER
        and abs(date_diff('day', told_boxes.day, day_of(TS))) < 12
    where not told_boxes.is_shared
    group by told_boxes.base, told_boxes.container

),

ports as (
    select base, container, max(kg) as kg
    from (
        select
            try_cast(left(decl, 11) as bigint) as base, container, number_of(gross_kg) as kg
        from raw_port
        where decl is not null and gross_kg is not null
    )
    left join told_boxes using (base, container)
    where told_boxes.is_shared is distinct from true
    group by base, container
),

gates as (
    select
        try_cast(left(declarations[1], 11) as bigint) as base,
        max(number_of(weightKg)) as kg
    from (select from_json(declarations, '["VARCHAR"]') as declarations, weightKg from raw_gate)
    where len(declarations) = 1
    group by left(declarations[1], 11)
    union all
    select
        try_cast(left(declarations, 11) as bigint),
        max(try_cast(replace(tonnes, ',', '.') as double) * 1000)
    from raw_lao_cai
    where length(declarations) = 12
    group by left(declarations, 11)
)

-- What was not weighed whole was not weighed.
select base, 'scale' as place, sum(kg) as kg
from scales inner join (select base, count(*) as in_all from boxes group by base) using (base)
where kg > 0 group by base having count(*) = any_value(in_all)
union all
select base, 'port', sum(kg) from ports where kg > 0 group by base
union all
select base, 'gate', max(kg) from gates where kg > 0 group by base;

-- name: cargo_signs
-- One row per declaration: what carriers, ports, gates and scales say of it.
create table cargo_sign as
with

heads as (
    select
        base, any_value(bill) as bill, any_value(gross_kg) as gross_kg,
        any_value(packages) as packages, sum(kg) as net_kg, list(distinct left(hs, 4)) as headings,
        list(distinct origin) as origins
    from goods group by base
),

shared as (
    select bill, sum(gross_kg) as gross_kg, sum(net_kg) as net_kg, sum(packages) as packages
    from heads group by bill
)

select
    heads.base,
    ln(bill.gross_kg / nullif(shared.gross_kg, 0)) as bill_over_declared,
    ln(bill.gross_kg / nullif(shared.net_kg, 0)) as bill_over_net,
    ln(bill.packages / nullif(shared.packages, 0)) as bill_packages,
    (not list_contains(heads.headings, bill.hs4))::integer as heading_differs,
    (not list_contains(heads.origins, bill.origin))::integer as bill_of_other_origin,
    bill.becomes_transit::integer as becomes_transit,
    ln(scale.kg / nullif(heads.gross_kg, 0)) as scale_over_declared,
    ln(port.kg / nullif(heads.gross_kg, 0)) as port_over_declared,
    ln(gate.kg / nullif(heads.gross_kg, 0)) as gate_over_declared,
    ln(heads.gross_kg / nullif(heads.net_kg, 0)) as gross_over_net,
    ln(heads.gross_kg / nullif(heads.packages, 0)) as kg_a_package
from heads
left join bill using (bill)
left join shared using (bill)
left join weight as scale on heads.base = scale.base and scale.place = 'scale'
left join weight as port on heads.base = port.base and port.place = 'port'
left join weight as gate on heads.base = gate.base and gate.place = 'gate';
