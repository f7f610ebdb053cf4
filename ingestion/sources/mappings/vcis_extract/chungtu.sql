-- Supporting documents of a declaration version.
select
    chungtu.record_number,
    chungtu.seq_no as sequence_number,
    upper(chungtu.op) as operation_code,
    chungtu.stt_ct as document_sequence_number,
    chungtu.loai_ct as document_type_code,
    chungtu.so_ct as document_number,
    chungtu.ngay_ct as document_date,
    chungtu.noi_cap as issuer_name,
    chungtu.ma_mau as form_code,
    base_number(chungtu.so_tk) as declaration_number,
    version_digit(chungtu.so_tk) as declaration_version
from chungtu
