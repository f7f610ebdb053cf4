-- What most rules read: the current version of each declaration, and those that ended early.
create or replace table span as
select
    cast(min(NGAY_DK) as date) as first_day,
    cast(max(NGAY_DK) as date) as last_day
from tk;

create or replace view declaration as
select *, left(SO_TK, 11) as base
from tk
qualify row_number() over (partition by left(SO_TK, 11) order by SO_TK desc) = 1;

-- Registered long enough before the end for late files to have come.
create or replace view settled as
select declaration.* from declaration, span where NGAY_DK < last_day - interval 10 day;
