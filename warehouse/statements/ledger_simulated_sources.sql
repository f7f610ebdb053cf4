select distinct source
from delivery
where is_simulated = 1 and state = 'accepted'
order by source
