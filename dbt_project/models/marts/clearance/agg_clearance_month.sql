-- Grain: one row per month, direction, office and lane (source_system, month_code, direction_code,
-- customs_office_code, control_channel). Undated: without a day of registration, or in the future.
with

versions as (

    select
        declaration_key,
        declaration_version,
        is_registered_in_future
    from {{ ref('int_declaration_versions') }}

),

keyed as (

    select
        *,
        {{ declaration_key() }} as declaration_key
    from {{ ref('fct_declaration') }}

),

declarations as (

    select
        declarations.source_system,
        declarations.declaration_version,
        case
            when not versions.is_registered_in_future
                then declarations.registered_date
        end as registered_date,
        declarations.direction_code,
        declarations.customs_office_code,
        declarations.control_channel,
        declarations.customs_value_vnd,
        declarations.duty_tax_vnd,
        declarations.is_cancelled,
        not declarations.is_cancelled and not declarations.is_refused as is_living,
        declarations.declaration_key
    from keyed as declarations
    inner join versions
        on
            declarations.declaration_key = versions.declaration_key
            and declarations.declaration_version = versions.declaration_version

),

revenues as (

    select
        {{ declaration_key() }} as declaration_key,
        sum(assessed_vnd - exempted_vnd) as revenue_vnd
    from {{ ref('fct_duty_tax') }}
    where is_revenue
    group by source_system, declaration_number

),

offices as (

    -- the latest entry of a list: old codes stay in old declarations
    select
        customs_office_code,
        office_name as customs_office_name
    from (
        select
            *,
            row_number() over (
                partition by customs_office_code
                order by (office_name is not null) desc, valid_from_date desc, source_system desc
            ) as from_last
        from {{ ref('dim_customs_office') }}
    ) as listed
    where from_last = 1

),

totals as (

    select * from {{ ref('int_declaration_versions_totalled') }}

),

controls as (

    select * from {{ ref('int_declaration_controls') }}

),

months as (

    select
        declarations.source_system,
        coalesce(left(cast(declarations.registered_date as string), 7), 'undated')
            as month_code,
        cast(date_trunc('month', declarations.registered_date) as date) as month_date,
        declarations.direction_code,
        -- '-' where the source names no office or no lane is set
        coalesce(declarations.customs_office_code, '-') as customs_office_code,
        max(offices.customs_office_name) as customs_office_name,
        coalesce(declarations.control_channel, '-') as control_channel,
        cast(count(*) as bigint) as declaration_count,
        cast(count(case when declarations.is_living then 1 end) as bigint)
            as living_declaration_count,
        cast(coalesce(sum(totals.item_count), 0) as bigint) as item_count,
        -- null where no header of the group states a value: nothing is made up
        cast(sum(declarations.customs_value_vnd) as decimal(38, 0)) as customs_value_vnd,
        cast(
            sum(case when declarations.is_living then declarations.customs_value_vnd end)
            as decimal(38, 0)
        ) as living_customs_value_vnd,
        cast(sum(totals.items_customs_value_vnd) as decimal(38, 0)) as items_customs_value_vnd,
        cast(sum(declarations.duty_tax_vnd) as decimal(38, 0)) as duty_tax_vnd,
        cast(sum(revenues.revenue_vnd) as decimal(38, 0)) as revenue_vnd,
        cast(count(case when declarations.is_cancelled then 1 end) as bigint) as cancelled_count,
        cast(count(controls.declaration_key) as bigint) as inspected_count,
        cast(count(case when controls.is_irregular then 1 end) as bigint) as irregular_count,
        cast(count(case when controls.has_document_check then 1 end) as bigint)
            as documents_inspected_count,
        cast(count(case when controls.has_irregular_documents then 1 end) as bigint)
            as documents_irregular_count,
        cast(count(case when controls.has_physical_check then 1 end) as bigint)
            as physical_inspected_count,
        cast(count(case when controls.has_irregular_goods then 1 end) as bigint)
            as physical_irregular_count
    from declarations
    -- no match: the list of offices lacks it; no item is there; no tax line is; no inspection is
    -- finished, or the declaration is cancelled or refused, as those that revenue leaves out
    left join offices on declarations.customs_office_code = offices.customs_office_code
    left join totals
        on
            declarations.declaration_key = totals.declaration_key
            and declarations.declaration_version = totals.declaration_version
    left join revenues on declarations.declaration_key = revenues.declaration_key
    left join controls
        on
            declarations.is_living
            and declarations.declaration_key = controls.declaration_key
    group by
        declarations.source_system,
        coalesce(left(cast(declarations.registered_date as string), 7), 'undated'),
        cast(date_trunc('month', declarations.registered_date) as date),
        declarations.direction_code,
        coalesce(declarations.customs_office_code, '-'),
        coalesce(declarations.control_channel, '-')

)

select * from months
