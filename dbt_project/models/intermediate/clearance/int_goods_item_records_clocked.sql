-- Grain: one row per recorded state of a goods item (source_system, declaration_number,
-- declaration_version, item_number, recorded_from).
-- The new idea: the second clock, what the lake knew from when to when. An item that a message
-- stated stands until the next message of its declaration.
with

records as (

    select * from {{ ref('stg_bronze__goods_item') }}

),

clocked as (

    {{ recorded_clock(
        'records',
        ['declaration_key', 'declaration_version', 'item_number'],
        messages=ref('int_declaration_messages')
    ) }}

),

flagged as (

    {{ with_order_doubt('clocked', 'goods_item') }}

)

select * from flagged
