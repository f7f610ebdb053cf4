select max(built_at) as built_at
from main.lake_cut
