-- Official exchange rates, VND per unit.
select
    tygia.record_number,
    tygia.tu_ngay as valid_from_date,
    tygia.ma_nt as currency_code,
    tygia.vnd as rate_vnd
from tygia
