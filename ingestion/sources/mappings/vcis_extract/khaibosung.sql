-- Corrections after clearance, one line per item and tax. The line number joins both parts of the
-- source's key: the item, then the place of the tax letter in the alphabet (item 3, VAT: 322).
-- What else changed comes in columns that the format does not name: they are the content.
select
    khaibosung.record_number,
    khaibosung.so_kbs as amendment_number,
    khaibosung.seq_no as sequence_number,
    khaibosung.op as operation_code,
    khaibosung.so_tk_goc as declaration_number,
    khaibosung.stt as item_number,
    khaibosung.ma_sac_thue as tax_type_code,
    khaibosung.loai as function_name,
    khaibosung.truoc as before_vnd,
    khaibosung.sau as after_vnd,
    khaibosung.ma_ly_do as reason_code,
    khaibosung.extras as content_text,
    instant(khaibosung.ngay, '+07:00') as amended_at,
    cast(
        try_cast(khaibosung.stt as integer) * 100 + ascii(khaibosung.ma_sac_thue) - 64 as varchar
    ) as amendment_line_number,
    errors(
        case when khaibosung.ma_sac_thue is null then 'E_REQUIRED:tax_type_code' end,
        case when try_cast(khaibosung.stt as bigint) > 50 then 'E_RANGE:item_number' end,
        case when khaibosung.loai not in ('TN', 'YC') then 'E_CODE:function_name' end
    ) as mapping_errors
from khaibosung
