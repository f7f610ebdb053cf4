-- Corrections after clearance, one line per item and tax. The line number joins both parts of the
-- source's key: the item, then the place of the tax letter in the alphabet (item 3, VAT: 322).
-- What else changed, each before and after, is the content.
select
    khaibosung.record_number,
    khaibosung.so_kbs as amendment_number,
    khaibosung.seq_no as sequence_number,
    upper(khaibosung.op) as operation_code,
    khaibosung.so_tk_goc as declaration_number,
    khaibosung.stt as item_number,
    khaibosung.ma_sac_thue as tax_type_code,
    khaibosung.loai as function_name,
    khaibosung.truoc as before_vnd,
    khaibosung.sau as after_vnd,
    khaibosung.ma_ly_do as reason_code,
    instant(khaibosung.ngay, '+07:00') as amended_at,
    cast(
        cast(try_cast(khaibosung.stt as smallint) as bigint) * 100
        + ascii(khaibosung.ma_sac_thue) - 64 as varchar
    ) as amendment_line_number,
    nullif(
        cast(
            json_merge_patch(
                '{}',
                json_object(
                    'MA_HS_TRUOC', khaibosung.ma_hs_truoc,
                    'MA_HS_SAU', khaibosung.ma_hs_sau,
                    'MA_NUOC_TRUOC', khaibosung.ma_nuoc_truoc,
                    'MA_NUOC_SAU', khaibosung.ma_nuoc_sau,
                    'LUONG_TRUOC', plain_number(khaibosung.luong_truoc),
                    'LUONG_SAU', plain_number(khaibosung.luong_sau),
                    'TRI_GIA_TRUOC', plain_number(khaibosung.tri_gia_truoc),
                    'TRI_GIA_SAU', plain_number(khaibosung.tri_gia_sau)
                )
            ) as varchar
        ),
        '{}'
    ) as content_text,
    errors(
        case when khaibosung.ma_sac_thue is null then 'E_REQUIRED:tax_type_code' end,
        case when khaibosung.loai not in ('TN', 'YC') then 'E_CODE:function_name' end,
        case
            when
                not regexp_full_match(khaibosung.ma_hs_truoc, '[0-9]{8}')
                or not regexp_full_match(khaibosung.ma_hs_sau, '[0-9]{8}')
                or not regexp_full_match(khaibosung.ma_nuoc_truoc, '[A-Z]{2}')
                or not regexp_full_match(khaibosung.ma_nuoc_sau, '[A-Z]{2}')
                then 'E_PATTERN:content_text'
        end,
        case
            when
                not is_plain_number(khaibosung.luong_truoc)
                or not is_plain_number(khaibosung.luong_sau)
                or not is_plain_number(khaibosung.tri_gia_truoc)
                or not is_plain_number(khaibosung.tri_gia_sau)
                then 'E_TYPE:content_text'
        end
    ) as mapping_errors
from khaibosung
