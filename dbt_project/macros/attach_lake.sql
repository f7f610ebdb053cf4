{#-
    One view for each source over the Delta table of the cut, where the engine does not find them made:
    on Spark. What a table of the lake lacks is null, a table that is not there is empty.
    CUSTOMS_LAKE is where the lake lies, CUSTOMS_LAKE_CUT a JSON object of `layer/table` to version.
-#}
{% macro attach_lake() -%}
    {%- if execute and target.type == 'spark' -%}
        {%- set cut = fromjson(env_var('CUSTOMS_LAKE_CUT')) -%}
        {%- do run_query('create schema if not exists lake') -%}
        {%- for table in graph.sources.values() -%}
            {%- set place = table.schema ~ '/' ~ table.name -%}
            {%- set stored = 'lake.' ~ table.schema ~ '_' ~ table.name -%}
            {%- set present, rows = [], '(select 1 as one) as nothing where false' -%}
            {%- if place in cut -%}
                {%- do run_query(
                    'create table ' ~ stored ~ " using delta location '"
                    ~ env_var('CUSTOMS_LAKE') ~ '/' ~ place ~ "'"
                ) -%}
                {%- set rows = stored ~ ' version as of ' ~ cut[place] -%}
                {%- set present = run_query('select * from ' ~ rows ~ ' limit 0').column_names -%}
            {%- endif -%}
            {%- set selected = [] -%}
            {%- for column in table.columns.values() -%}
                {%- do selected.append(
                    (column.name if column.name in present else cast('null', column.data_type))
                    ~ ' as ' ~ column.name
                ) -%}
            {%- endfor -%}
            {%- do run_query('create schema if not exists ' ~ table.schema) -%}
            {%- do run_query(
                'create or replace view ' ~ table.schema ~ '.' ~ table.name
                ~ ' as select ' ~ selected | join(', ') ~ ' from ' ~ rows
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
