-- Grain: one row per span in which something held of a declaration of a trader (declaration_key,
-- milestone, from_date).
-- The new idea: one long list of spans, so that a trader's history is one aggregation and one
-- running sum: each counts on its first day and is taken out on the day that ends it.
with

spans as (

    select * from {{ ref('int_declaration_spans') }}
    where trader_id is not null

),

facts as (

    select * from {{ ref('int_declaration_fact_spans') }}

),

milestones as (

    select
        declaration_key,
        source_system,
        trader_id,
        'registered' as milestone,
        from_date,
        to_date
    from spans

    union all

    -- no fact is known before the registration, whatever its own day says
    select
        spans.declaration_key,
        spans.source_system,
        spans.trader_id,
        facts.fact as milestone,
        greatest(spans.from_date, facts.from_date) as from_date,
        least(spans.to_date, facts.to_date) as to_date
    from spans
    inner join facts on spans.declaration_key = facts.declaration_key
    where
        (spans.to_date is null or facts.from_date < spans.to_date)
        and (facts.to_date is null or spans.from_date < facts.to_date)

)

select * from milestones
