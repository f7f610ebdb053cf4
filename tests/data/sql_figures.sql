-- Questions over what every role has: figures, ranks, spreads, groups, PIVOT.
select sum(revenue_vnd) as revenue from agg_clearance_month;
select count(*) from marts.agg_clearance_month;
select count(*) from hub.marts.agg_clearance_month;
SELECT "Month_Code", SUM(Revenue_VND) FROM Marts.AGG_Clearance_Month GROUP BY 1 ORDER BY 1;
from agg_clearance_month limit 10;
table dim_customs_office;
select * exclude (source_system) from dim_customs_office order by all;
select columns('.*_vnd') from agg_clearance_month;
select min(columns(*)) from agg_clearance_month;
select * replace (round(revenue_vnd / 1e9, 1) as revenue_vnd) from agg_clearance_month;
select month_code, sum(revenue_vnd) * 100.0 / sum(sum(revenue_vnd)) over () as percent from
agg_clearance_month group by month_code order by month_code;
select month_date, sum(sum(revenue_vnd)) over (order by month_date) from agg_clearance_month group
by month_date;
select month_date, r, r - lag(r) over (order by month_date) as change, avg(r) over (order by
month_date rows between 2 preceding and current row) as smooth from (select month_date,
sum(revenue_vnd) as r from agg_clearance_month group by all);
select customs_office_code, sum(revenue_vnd) as r from agg_clearance_month group by 1 qualify
rank() over (order by r desc) <= 5 order by r desc;
select *, ntile(4) over (order by revenue_vnd), percent_rank() over (order by revenue_vnd) from
agg_clearance_month;
select customs_office_code, first_value(month_code) over w, dense_rank() over w from
agg_clearance_month window w as (partition by customs_office_code order by month_date);
select distinct on (customs_office_code) customs_office_code, month_code, revenue_vnd from
agg_clearance_month order by customs_office_code, revenue_vnd desc;
select top.month_code from (select month_code, sum(revenue_vnd) r from agg_clearance_month group
by 1 order by r desc limit 3) top;
select median(revenue_vnd), quantile_cont(revenue_vnd, [0.25, 0.5, 0.75]),
quantile_disc(revenue_vnd, 0.9), approx_quantile(revenue_vnd, 0.99) from agg_clearance_month;
select percentile_cont(0.5) within group (order by revenue_vnd), mode(control_channel),
stddev_samp(revenue_vnd), mad(revenue_vnd), skewness(item_count) from agg_clearance_month;
select corr(item_count, revenue_vnd), regr_slope(revenue_vnd, item_count) from agg_clearance_month;
select histogram(control_channel), approx_top_k(customs_office_code, 3),
approx_count_distinct(customs_office_code) from agg_clearance_month;
select arg_max(month_code, revenue_vnd), max_by(month_code, revenue_vnd, 3) from
agg_clearance_month;
select control_channel, count(*) filter (where inspected_count > 0) as seen, sum(irregular_count)
/ nullif(sum(inspected_count), 0) as hit_rate from agg_clearance_month group by control_channel;
select direction_code, control_channel, grouping(direction_code), sum(revenue_vnd) from
agg_clearance_month group by grouping sets ((direction_code, control_channel), (),
(direction_code));
select direction_code, control_channel, sum(revenue_vnd) from agg_clearance_month group by rollup
(direction_code, control_channel) having sum(revenue_vnd) is not null;
select direction_code, control_channel, count(*) from agg_clearance_month group by cube
(direction_code, control_channel) order by all nulls last;
select string_agg(distinct control_channel, ', ' order by control_channel), listagg(month_code,
';'), list(month_code order by month_date desc) from agg_clearance_month;
select case when sum(revenue_vnd) > 1e9 then 'over a billion' else 'less' end, bool_or(revenue_vnd
< 0), count_if(item_count = 0) from agg_clearance_month;
pivot agg_clearance_month on control_channel in ('green', 'yellow', 'red') using
sum(declaration_count) group by month_code;
select * from (pivot agg_clearance_month on direction_code in ('import', 'export') using
sum(revenue_vnd) as revenue, count(*) as n group by customs_office_code) order by 1;
select * from agg_clearance_month pivot (sum(revenue_vnd) for control_channel in ('green', 'red')
group by month_code);
with m as (select month_code, control_channel, declaration_count from agg_clearance_month) select
* from (pivot m on control_channel in ('green', 'red') using sum(declaration_count));
unpivot (select month_code, inspected_count, irregular_count from agg_clearance_month) on
inspected_count, irregular_count into name figure value n;
select * from agg_clearance_month unpivot (n for figure in (inspected_count, irregular_count));
