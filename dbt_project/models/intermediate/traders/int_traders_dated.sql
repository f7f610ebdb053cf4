-- Grain: one row per trader and monthly snapshot (source_system, trader_id, snapshot_month).
-- The new idea: a snapshot holds until the next one that names the trader; one absent later is not
-- deleted.
with

snapshots as (

    {{ latest('trader') }}

),

dated as (

    select
        *,
        lead(snapshot_month) over (
            partition by source_system, trader_id
            order by snapshot_month
        ) as next_snapshot_month
    from snapshots

)

select * from dated
