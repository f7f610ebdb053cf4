-- Customs offices with their parents and successors.
select
    hq.record_number,
    hq.ma_hq as customs_office_code,
    hq.tu_ngay as valid_from_date,
    hq.ten as office_name,
    hq.ma_cha as parent_office_code,
    hq.vai_tro as role_code,
    hq.den_ngay as valid_to_date,
    hq.ma_moi as successor_office_code
from hq
