-- What an inspection found; STT is empty where it is about the whole declaration.
select
    kiemtra.record_number,
    kiemtra.ma_kt as inspection_number,
    kiemtra.stt_kt as inspection_line_number,
    kiemtra.seq_no as sequence_number,
    upper(kiemtra.op) as operation_code,
    kiemtra.so_tk_goc as declaration_number,
    kiemtra.stt as item_number,
    kiemtra.hinh_thuc as method_code,
    kiemtra.ma_vp as irregularity_type_code,
    kiemtra.ma_hs_xd as found_tariff_line_code,
    kiemtra.ma_nuoc_xd as found_country_of_origin_code,
    kiemtra.luong_xd as found_quantity,
    kiemtra.tri_gia_xd as found_customs_value_vnd,
    kiemtra.thue_tang as additional_duty_vnd,
    kiemtra.ma_cb as officer_id,
    instant(kiemtra.tu, '+07:00') as started_at,
    instant(kiemtra.den, '+07:00') as ended_at,
    coalesce(outcome.to_code, '?' || kiemtra.ket_qua) as outcome,
    errors(
        case
            when not regexp_full_match(kiemtra.ma_hs_xd, '[0-9]{8}')
                then 'E_PATTERN:found_tariff_line_code'
        end
    ) as mapping_errors
from kiemtra
-- no match: an unknown outcome, which the contract's list refuses
left join crosswalk as outcome
    on outcome.name = 'outcome' and kiemtra.ket_qua = outcome.from_code
