-- Grain: one row per declaration version of which a record was ever accepted (declaration_key,
-- declaration_version), as it is recorded now.
-- The new idea: the first clock. A version stands until the next higher one that is not withdrawn;
-- the highest one that is not withdrawn is current, so withdrawing it makes the version before
-- current again.
{{ config(materialized='table') }}

with

versions as (

    {{ latest('declaration') }}

),

marked as (

    select
        declaration_key,
        source_system,
        declaration_number,
        declaration_version,
        trader_id,
        invoice_currency_code,
        registered_at,
        {{ office_date('registered_at') }} as registered_date,
        {{ is_in_future('registered_at', 'received_at') }} as is_registered_in_future,
        coalesce(operation_code = 'D', false) as is_withdrawn
    from versions

),

clocked as (

    select
        *,
        min(case when not is_withdrawn then declaration_version end) over (
            partition by declaration_key
            order by declaration_version
            rows between 1 following and unbounded following
        ) as valid_to
    from marked

),

current_marked as (

    select
        *,
        not is_withdrawn and valid_to is null as is_current
    from clocked

)

select * from current_marked
