-- Traders as of one monthly snapshot.
select
    dn.record_number,
    dn.ma_dn as trader_id,
    dn.snapshot_month,
    dn.loai_dn as trader_kind_code,
    dn.ten_dn as trader_name,
    dn.ten_en as trader_name_en,
    dn.ngay_tl as founded_date,
    dn.ma_tinh as province_code,
    dn.dia_chi as trader_address,
    dn.loai as legal_form_code,
    dn.von_vnd as capital_vnd,
    dn.so_ld as employee_count,
    dn.ma_nganh as industry_code,
    dn.trang_thai as status_code,
    dn.uu_tien as is_priority,
    dn.ma_cu as previous_trader_id,
    dn.ngay_cn as updated_date
from dn
