-- Grain: one row per office and day from which its entry holds (source_system, customs_office_code,
-- valid_from_date).
with

offices as (

    {{ latest('customs_office') }}

),

selected as (

    select
        source_system,
        customs_office_code,
        valid_from_date,
        valid_to_date,
        office_name,
        parent_office_code,
        role_code,
        successor_office_code
    from offices

)

select * from selected
