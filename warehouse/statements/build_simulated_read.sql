select source
from main.simulated_source
order by source
