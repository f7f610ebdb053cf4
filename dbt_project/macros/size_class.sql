{#-
    Size of a business by one of its measures, in the classes of Decree 80/2021/ND-CP (agriculture,
    industry): the code list size_class. Null where the register states no measure.
    Arguments: `measure` a column, `micro`, `small`, `medium` the largest measure of each class.
-#}
{% macro size_class(measure, micro, small, medium) -%}
    case
        when {{ measure }} <= {{ micro }} then 'micro'
        when {{ measure }} <= {{ small }} then 'small'
        when {{ measure }} <= {{ medium }} then 'medium'
        when {{ measure }} is not null then 'large'
    end
{%- endmacro %}
