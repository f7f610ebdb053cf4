-- Tax lines of a goods item.
select
    thue.record_number,
    thue.seq_no as sequence_number,
    upper(thue.op) as operation_code,
    thue.stt as item_number,
    thue.ma_sac_thue as tax_type_code,
    thue.thue_suat as rate_text,
    thue.ma_ap_dung as rate_choice_code,
    thue.tg_tinh_thue as base_vnd,
    thue.luong_tinh_thue as base_quantity,
    thue.so_tien as assessed_vnd,
    thue.so_tien_mien as exempted_vnd,
    thue.ma_mien as exemption_code,
    thue.can_cu as legal_basis_text,
    thue.han_nop as due_date,
    base_number(thue.so_tk) as declaration_number,
    version_digit(thue.so_tk) as declaration_version
from thue
