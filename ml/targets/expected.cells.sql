-- name: audit_cells
-- One row per trader, regime and duty band: what is open, what was examined, what was found. Chances
-- are sums of what the model gives each item, that is, the findings to expect among them.
-- What one trader's finding tells about others is cut at the 99th percentile: one very large loss says
-- little about anybody else.
with

open_cells as (

    select
        trader_id,
        regime_code,
        duty_band,
        count(*) as open_item_count,
        sum(probability) as open_chance,
        sum(stake) as open_stake,
        coalesce(sum(stake) filter (where is_expiring), 0) as expiring_stake
    from open_item
    group by all

),

examined_cells as (

    select
        declarations.trader_id,
        declarations.regime_code,
        declarations.duty_band,
        sum(scores.probability) as examined_chance,
        sum(stake(scores.probability, items.customs_value_vnd)) as examined_stake
    from labelled_item as labels
    inner join marts.fct_goods_item as items
        on
            labels.source_system = items.source_system
            and labels.declaration_number = items.declaration_number
            and labels.item_number = items.item_number
    inner join audit_declaration as declarations
        on
            labels.source_system = declarations.source_system
            and labels.declaration_number = declarations.declaration_number
    inner join marts.fct_risk_score as scores
        on
            items.source_system = scores.source_system
            and items.declaration_number = scores.declaration_number
            and items.declaration_version = scores.declaration_version
            and items.item_number = scores.item_number
            and scores.model_id = $model_id
    where
        labels.is_examined
        and items.customs_value_vnd > 0
    group by all

),

typical as (

    select quantile_disc(found_vnd, 0.99) as most_vnd
    from audit_finding

),

found_cells as (

    select
        findings.trader_id,
        findings.regime_code,
        findings.duty_band,
        count(*) as finding_count,
        cast(sum(findings.found_vnd) as double) as found_vnd,
        cast(sum(least(findings.found_vnd, typical.most_vnd)) as double) as lent_vnd,
        sum(
            cast(least(findings.found_vnd, typical.most_vnd) as double)
            * cast(least(findings.found_vnd, typical.most_vnd) as double)
        ) as lent_square
    from audit_finding as findings
    cross join typical
    group by all

)

select
    trader_id,
    regime_code,
    duty_band,
    coalesce(open_item_count, 0) as open_item_count,
    coalesce(open_chance, 0) as open_chance,
    coalesce(open_stake, 0) as open_stake,
    coalesce(expiring_stake, 0) as expiring_stake,
    coalesce(examined_chance, 0) as examined_chance,
    coalesce(examined_stake, 0) as examined_stake,
    coalesce(finding_count, 0) as finding_count,
    coalesce(found_vnd, 0) as found_vnd,
    coalesce(lent_vnd, 0) as lent_vnd,
    coalesce(lent_square, 0) as lent_square
from open_cells
full outer join examined_cells using (trader_id, regime_code, duty_band)
full outer join found_cells using (trader_id, regime_code, duty_band)
order by
    trader_id,
    regime_code,
    duty_band
