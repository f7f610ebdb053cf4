-- Questions over what every role has: times, texts, lists, JSON, joins, what there is; the last ones
-- are written as Superset writes them.
select d::date as month, coalesce(sum(a.revenue_vnd), 0) from range(date '2026-01-01', date
'2027-01-01', interval 1 month) t(d) left join agg_clearance_month a on a.month_date = d::date
group by 1 order by 1;
select unnest(generate_series(date '2026-01-01', current_date, interval '1 day'))::date;
select i, date '2026-01-31' + to_months(i::int) from generate_series(0, 11) t(i);
with recursive m(d) as (select date '2026-01-01' union all select (d + interval 1 month)::date
from m where d < date '2026-12-01') select d from m;
select date_trunc('quarter', month_date), strftime(month_date, '%m/%Y'), extract(year from
month_date), year(month_date), quarter(month_date), last_day(month_date), date_diff('month',
month_date, current_date), month_date + interval 1 year, dayname(month_date), week(month_date),
age(month_date) from agg_clearance_month;
select published_at at time zone 'UTC', published_at::date, epoch(published_at) from dim_release;
select * from agg_clearance_month where month_date between date '2026-01-01' and make_date(2026,
12, 31) and month_date >= current_date - interval '2 years';
select * from agg_clearance_month where month_date >= '2026-01-01' and month_code like '2026%';
select strptime('31/01/2026', '%d/%m/%Y')::date, try_strptime('x', '%Y'), to_timestamp(0),
time_bucket(interval 7 days, date '2026-01-15'), try_cast('31' as integer), date '2026-02-01';
select lpad(customs_office_code, 8, '0'), rpad(office_name, 30, '.'), upper(office_name),
regexp_extract(office_name, '([0-9]+)', 1), regexp_replace(office_name, '\s+', ' ', 'g'),
split_part(office_name, ' ', 2), strip_accents(office_name), office_name[1:3], concat_ws(' - ',
customs_office_code, office_name), initcap_free.n from dim_customs_office, (select 1 as n)
initcap_free;
select printf('%-12s %15.2f %%', month_code, revenue_vnd::double), format('{:,} đồng',
revenue_vnd::bigint), format('{:.1f}', revenue_vnd::double / 1e12) || ' nghìn tỷ' from
agg_clearance_month;
select office_name from dim_customs_office where office_name ilike '%hải phòng%' or
contains(lower(office_name), 'cảng') or regexp_matches(office_name, '^Chi cục');
select trim(both ' ' from ' a '), substring('abc' from 2 for 1), position('b' in 'abc'),
replace('a.b', '.', ','), reverse('abc'), left('abc', 2), right('abc', 2), length('đồng'), 'a' ||
1, starts_with('abc', 'a'), levenshtein('a', 'b'), repeat('█', 20), md5('a');
select case month_code when '2026-01' then 'tháng một' end, coalesce(null, 'x'), ifnull(null, 1),
greatest(1, 2), least(1, 2), if(true, 1, 0), nullif(1, 1) from agg_clearance_month;
select list_sort(list(month_code)), len(list(month_code)), list_sum([1, 2]), list_contains(['a'],
'a'), list_distinct([1, 1]), array_to_string(['a', 'b'], ','), list_aggregate([1, 2, 3],
'median'), unnest([1, 2]) from agg_clearance_month;
select list_transform([1, 2], lambda x: x * 2), list_filter([1, 2], lambda x: x > 1),
list_reduce([1, 2, 3], lambda a, b: a + b), [x * 2 for x in [1, 2] if x > 1];
select json_object('month', month_code, 'revenue', revenue_vnd), to_json([1, 2]),
json_extract('{"a": [1]}', '$.a[0]'), '{"a": 1}'::json ->> 'a', json_array_length('[1, 2]'),
json_valid('x') from agg_clearance_month;
select s.a, struct_pack(x := 1), row(1, 'x'), map {'a': 1}['a'], map_keys(map {'a': 1}) from
(select {'a': 1, 'b': 2} as s);
select key, value from json_each('{"a": 1, "b": 2}');
select o.office_name, sum(a.revenue_vnd) from agg_clearance_month a left join dim_customs_office o
on o.customs_office_code = a.customs_office_code and a.month_date >= o.valid_from_date and
(o.valid_to_date is null or a.month_date < o.valid_to_date) group by all;
select a.month_code, r.rate_vnd from agg_clearance_month a asof join dim_exchange_rate r on
a.source_system = r.source_system and a.month_date >= r.valid_from_date;
select * from dim_customs_office where customs_office_code not in (select customs_office_code from
agg_clearance_month where customs_office_code is not null);
select customs_office_code from agg_clearance_month except (select customs_office_code from
dim_customs_office) order by 1;
select o.office_name, x.best from dim_customs_office o, lateral (select max(a.revenue_vnd) as best
from agg_clearance_month a where a.customs_office_code = o.customs_office_code) x;
with total as (select sum(revenue_vnd) as t from agg_clearance_month), share as (select
month_code, sum(revenue_vnd) / any_value(t) as s from agg_clearance_month, total group by 1)
select * from share where s > 0.01;
select * from agg_clearance_month a where exists (select 1 from dim_customs_office o where
o.customs_office_code = a.customs_office_code) and revenue_vnd > all (select -1);
select month_code from agg_clearance_month semi join dim_source using (source_system);
values ('2026-01', 1), ('2026-02', 2);
select * from agg_clearance_month using sample 10 rows;
show tables;
show all tables;
describe agg_clearance_month;
desc marts.dim_customs_office;
describe select month_code, sum(revenue_vnd) from agg_clearance_month group by 1;
summarize agg_clearance_month;
summarize select revenue_vnd from agg_clearance_month where revenue_vnd > 0;
explain select count(*) from agg_clearance_month;
select table_name from information_schema.tables where table_schema = 'marts' order by 1;
select column_name, data_type from information_schema.columns where table_name =
'agg_clearance_month' order by ordinal_position;
SELECT DATE_TRUNC('month', "month_date") AS "month_date", sum(revenue_vnd) AS "Revenue" FROM
marts.agg_clearance_month WHERE month_date >= CAST('2026-01-01' AS DATE) AND month_date <
CAST('2027-01-01' AS DATE) GROUP BY DATE_TRUNC('month', "month_date") ORDER BY "Revenue" DESC
LIMIT 10000;
SELECT control_channel AS control_channel, COUNT(*) AS count FROM (select * from
marts.agg_clearance_month) AS virtual_table WHERE control_channel IN ('red') GROUP BY
control_channel ORDER BY count DESC LIMIT 100;
SELECT customs_office_code AS customs_office_code, sum(revenue_vnd) AS "SUM(revenue_vnd)" FROM
marts.agg_clearance_month JOIN (SELECT customs_office_code AS customs_office_code__,
sum(revenue_vnd) AS mme_inner__ FROM marts.agg_clearance_month GROUP BY customs_office_code ORDER
BY mme_inner__ DESC LIMIT 5) AS series_limit ON customs_office_code = customs_office_code__ GROUP
BY customs_office_code LIMIT 100;
SELECT COUNT(*) AS rowcount FROM (SELECT month_code FROM marts.agg_clearance_month GROUP BY
month_code LIMIT 50000) AS rowcount_qry;
SELECT MIN(month_date) AS min, MAX(month_date) AS max FROM marts.agg_clearance_month;
