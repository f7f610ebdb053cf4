-- Questions over declarations and what hangs on them, for the roles that have them.
-- Superset's parser knows no ORDER BY after PIVOT: in SQL Lab it needs brackets around it.

select trader_id, sum(customs_value_vnd) as v from fct_declaration where not is_cancelled and not
is_refused group by trader_id order by v desc limit 20;
select registered_date, count(*) from fct_declaration group by 1 order by 1;
select median(cleared_at - registered_at), quantile_cont(epoch(cleared_at - registered_at) / 3600,
0.9) as hours from fct_declaration;
select extract(hour from registered_at) as hour, dayname(registered_date), count(*) from
fct_declaration group by all order by all;
select d.declaration_number, i.item_number, i.customs_value_vnd / nullif(i.net_mass_kg, 0) from
fct_declaration d join fct_goods_item i using (source_system, declaration_number);
select sum(assessed_vnd - exempted_vnd) filter (where is_revenue) from fct_duty_tax;
select hs6_code[1:2] as chapter, sum(customs_value_vnd) from fct_goods_item group by 1;
select country_of_origin_code, approx_quantile(customs_value_vnd / net_mass_kg, 0.5) from
fct_goods_item where net_mass_kg > 0 group by 1 having count(*) >= 2;
select t.province_code, count(distinct d.trader_id) from fct_declaration d join dim_trader t on
t.trader_id = d.trader_id and t.is_current group by 1;
select i.irregularity_type_code, count(*), sum(i.additional_duty_vnd) from fct_inspection i group
by grouping sets ((i.irregularity_type_code), ());
select unnest(string_split(irregularity_type_code, ';')) as code, count(*) from fct_inspection
group by 1;
select d.*, r.rate_vnd from fct_declaration d asof left join dim_exchange_rate r on
d.invoice_currency_code = r.currency_code and d.registered_date >= r.valid_from_date;
select declaration_number, count(*) from fct_declaration_version group by 1 having count(*) > 1;
select trader_id, registered_at, registered_at - lag(registered_at) over (partition by trader_id
order by registered_at) as since from fct_declaration qualify since < interval 1 day;
select range(least(goods_item_count, 100)) from fct_declaration;
summarize fct_declaration;
describe fct_goods_item;
select trader_id, json_group_array(declaration_number) from fct_declaration group by 1;
select width, count(*) from (select floor(log10(customs_value_vnd + 1)) as width from
fct_declaration) group by 1;
select * from fct_declaration where declaration_number = '1' or trader_id in ('tr_a', 'tr_b')
order by registered_at desc nulls last limit 5 offset 5;
pivot fct_declaration on control_channel in ('green', 'red') using count(*) group by
customs_office_code;
pivot fct_declaration on control_channel in ('green', 'red') using count(*) group by
customs_office_code order by 1;
select avg(s.risk_score) from (select 0.5 as risk_score) s;
from fct_declaration select control_channel, count(*) group by all;
