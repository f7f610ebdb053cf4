-- Shares of the lanes in `declaration_lane`, and of those that are yellow by rule alone.
select
    avg(cast(lane = 'red' as integer)) as red_share,
    avg(cast(lane = 'yellow' as integer)) as yellow_share,
    avg(cast(lane = 'yellow' and margin < cast($yellow_margin as double) as integer))
        as ruled_share
from declaration_lane
