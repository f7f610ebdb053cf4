-- Grain: one row per release (release_number); the build holds the one that is to be made, without
-- number, time and simulated sources: publishing fills them in.
with

sources as (

    select * from {{ ref('dim_source') }}

),

release as (

    select
        cast(0 as integer) as release_number,
        {{ no_moment() }} as published_at,
        max(as_of_date) as as_of_date,
        cast(null as string) as simulated_sources
    from sources

)

select * from release
