-- What is at stake in an item: the chance that an inspection finds something, times the root of its
-- value in ten million VND. Findings in larger items bring more money, but such findings are rarer, so
-- that money grows with the root of the value and not with the value.
create or replace temp macro stake(probability, customs_value_vnd) as
probability * sqrt(cast(customs_value_vnd as double) / 10000000);
