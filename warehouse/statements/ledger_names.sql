select
    receipt_number,
    name,
    state = 'withdrawn' as is_withdrawn
from delivery
