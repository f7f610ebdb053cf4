select accepted.* exclude (slot)
from accepted
inner join verdict on accepted.slot = verdict.slot
where verdict.verdict = 'accepted'
order by accepted.slot
