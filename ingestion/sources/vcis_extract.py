"""The declaration system: nightly and live extracts, one table a file.

Source: folder `vcis/YYYY/MM/DD/`, files `<table>_<YYYYMMDD>_<part>`; local time, UTC+7.
Contract: declaration, goods_item, duty_tax, supporting_document, declaration_event,
    selectivity_decision, inspection_result, declaration_amendment
Grain out: one row per record of the extract; the highest SEQ_NO of a key is its present state.
"""

from ingestion.sources.reading import Source
from ingestion.sources.tables import Folder, SourceTable, table_and_format

_NAME = "vcis_extract"
_CHANGE = ("SEQ_NO", "OP")


def _table(name: str, contract: str, required: str, optional: str) -> SourceTable:
    return SourceTable(
        _NAME, name, (*required.split(), *_CHANGE), tuple(optional.split()), {contract: name}
    )


_TABLES = (
    _table(
        "tk",
        "declaration",
        "SO_TK SO_DONG NHOM MA_LH MA_HQ NGAY_DK MA_PTVT MA_NT",
        "SO_TK_DAU SO_NHANH TONG_NHANH MA_DOI NGAY_IDA NGAY_TQ MA_DN LOAI_DN TEN_DN DIA_CHI_DN "
        "MA_DL TEN_DL MA_UT TEN_DT DIA_CHI_DT MA_NUOC_DT SO_HIEU_PTVT NGAY_DEN MA_CANG_XEP "
        "MA_CANG_DO MA_NUOC_XUAT SO_VD1 SO_VD2 SO_VD3 SO_VD4 SO_VD5 SO_KIEN MA_DVT_KIEN "
        "TRONG_LUONG MA_DVT_TL SO_HD NGAY_HD MA_DKGH MA_PTTT TONG_TG_HD MA_PL_TRI_GIA PHI_VC "
        "MA_NT_VC PHI_BH MA_NT_BH DC_TRI_GIA TY_GIA TONG_TG_TT TONG_THUE MA_THOI_HAN "
        "SO_BAO_LANH MA_LUAT_KHAC HAN_TAI_XUAT SO_TK_DOI_UNG LAN_SUA MA_LY_DO_SUA GHI_CHU",
    ),
    _table(
        "hang",
        "goods_item",
        "SO_TK STT MA_HS TEN_HANG LUONG1 MA_DVT1 TRI_GIA_HD TRI_GIA_TT",
        "MA_QL MA_NUOC_XX NHA_SX LUONG2 MA_DVT2 DON_GIA MA_NT_DG MA_BIEU_THUE SO_CO SO_DMMT "
        "STT_DMMT SO_HD_GC SO_TK_LQ STT_LQ",
    ),
    _table(
        "thue",
        "duty_tax",
        "SO_TK STT MA_SAC_THUE SO_TIEN",
        "THUE_SUAT MA_AP_DUNG TG_TINH_THUE LUONG_TINH_THUE SO_TIEN_MIEN MA_MIEN CAN_CU HAN_NOP",
    ),
    _table(
        "chungtu",
        "supporting_document",
        "SO_TK STT_CT",
        "LOAI_CT SO_CT NGAY_CT NOI_CAP MA_MAU",
    ),
    _table(
        "sukien",
        "declaration_event",
        "SO_TK_GOC THOI_DIEM MA_SK",
        "GIA_TRI MA_CB LY_DO",
    ),
    _table(
        "phanluong",
        "selectivity_decision",
        "SO_TK_GOC",
        "THOI_DIEM LUONG CAN_CU NHOM_CAN_CU NGAU_NHIEN XAC_SUAT PHIEN_BAN",
    ),
    _table(
        "kiemtra",
        "inspection_result",
        "MA_KT STT_KT",
        "SO_TK_GOC STT HINH_THUC TU DEN KET_QUA MA_VP MA_HS_XD MA_NUOC_XD LUONG_XD TRI_GIA_XD "
        "THUE_TANG MA_CB",
    ),
    _table(
        "khaibosung",
        "declaration_amendment",
        "SO_KBS STT MA_SAC_THUE",
        "SO_TK_GOC NGAY LOAI TRUOC SAU MA_LY_DO MA_HS_TRUOC MA_HS_SAU MA_NUOC_TRUOC MA_NUOC_SAU "
        "LUONG_TRUOC LUONG_SAU TRI_GIA_TRUOC TRI_GIA_SAU",
    ),
)

_FOLDER = Folder(
    tables={table.name: table for table in _TABLES},
    without_contract=("cont", "vanchuyen", "dmmt", "ktstq", "ktstqct"),
)

SOURCE = Source(
    name=_NAME,
    time_zone="Asia/Ho_Chi_Minh",
    read=_FOLDER.read,
    meaning=table_and_format,
    names=_FOLDER.names,
)
