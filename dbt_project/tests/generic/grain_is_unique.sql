{#-
    No two rows of a model stand for one thing, so joining it repeats nothing. What one row is says
    config.meta.grain of the model. Null counts as a value.
-#}
{% test grain_is_unique(model) %}
    {#- dbt knows its graph only when it runs; in a test `model` is the relation, the node is in `context`. -#}
    {%- set grain = graph.nodes[context.model.attached_node].config.meta.grain if execute else [] -%}
    select
        {{ grain | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ grain | join(', ') }}
    having count(*) > 1
{% endtest %}
