-- Goods items. A declaration holds 50 of them at most; the rest of a consignment goes to a branch.
select
    hang.record_number,
    hang.seq_no as sequence_number,
    upper(hang.op) as operation_code,
    hang.stt as item_number,
    hang.ma_hs as tariff_line_code,
    hang.ma_ql as material_code,
    hang.ten_hang as goods_description,
    hang.ma_nuoc_xx as country_of_origin_code,
    hang.nha_sx as producer_name,
    hang.luong1 as first_quantity,
    hang.ma_dvt1 as first_quantity_unit_code,
    hang.luong2 as second_quantity,
    hang.ma_dvt2 as second_quantity_unit_code,
    hang.tri_gia_hd as invoice_amount,
    hang.don_gia as unit_price_amount,
    hang.ma_nt_dg as unit_price_currency_code,
    hang.tri_gia_tt as customs_value_vnd,
    hang.ma_bieu_thue as tariff_schedule_code,
    hang.so_co as certificate_of_origin_number,
    hang.so_dmmt as exemption_list_number,
    hang.stt_dmmt as exemption_list_line_number,
    hang.so_hd_gc as processing_contract_number,
    hang.so_tk_lq as related_declaration_number,
    hang.stt_lq as related_item_number,
    base_number(hang.so_tk) as declaration_number,
    version_digit(hang.so_tk) as declaration_version,
    errors(
        case when try_cast(hang.stt as bigint) > 50 then 'E_RANGE:item_number' end,
        case when no_country(hang.ma_nuoc_xx) then 'E_CODE:country_of_origin_code' end
    ) as mapping_errors
from hang
