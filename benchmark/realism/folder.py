"""The outside tables that the report reads, and their columns.

`raw_<table>` has these columns as text, and the name of its file as FILE.
"""

# Columns that are read, by the first word of the files' names.
TABLES: dict[str, tuple[str, ...]] = {
    "tk": (
        "SEQ_NO", "OP", "SO_TK", "NHOM", "MA_LH", "MA_HQ", "NGAY_DK", "NGAY_TQ", "MA_DN", "MA_DL",
        "MA_NUOC_DT", "TONG_TG_TT", "LAN_SUA", "SO_VD1", "SO_VD2", "TRONG_LUONG",
        "MA_DVT_TL",
    ),
    "hang": (
        "SEQ_NO", "OP", "SO_TK", "STT", "MA_HS", "MA_NUOC_XX", "LUONG1", "MA_DVT1", "LUONG2",
        "MA_DVT2", "DON_GIA", "MA_NT_DG", "TRI_GIA_TT", "MA_BIEU_THUE",
    ),
    "thue": ("SEQ_NO", "OP", "SO_TK", "STT", "MA_SAC_THUE", "SO_TIEN", "SO_TIEN_MIEN", "HAN_NOP"),
    "sukien": ("SEQ_NO", "OP", "SO_TK_GOC", "MA_SK", "GIA_TRI"),
    "phanluong": (
        "SEQ_NO", "OP", "SO_TK_GOC", "THOI_DIEM", "LUONG", "NHOM_CAN_CU", "NGAU_NHIEN",
    ),
    "kiemtra": (
        "SEQ_NO", "OP", "MA_KT", "STT_KT", "SO_TK_GOC", "HINH_THUC", "KET_QUA", "THUE_TANG",
    ),
    "khaibosung": ("SEQ_NO", "OP", "SO_KBS", "NGAY"),
    "ktstq": (
        "SEQ_NO", "OP", "MA_QD", "LOAI", "NGAY_KL", "KET_QUA", "THUE_AN_DINH", "TIEN_PHAT",
        "DA_NOP",
    ),
    "nop": ("SEQ_NO", "OP", "SO_BT", "SO_TK_GOC", "MA_SAC_THUE", "LOAI", "NGAY_CT"),
    "no": ("SEQ_NO", "OP", "THANG", "MA_DN", "SO_TK_GOC", "MA_SAC_THUE", "NHOM_NO", "CON_NO"),
    "dn": ("MA_DN", "MA_TINH", "TRANG_THAI", "UU_TIEN"),
    "vipham": ("SO_QD", "NGAY_QD"),
    "gate": ("eventId", "type", "ts", "receivedTs", "direction"),
    "parcels": ("DATE", "PLATFORM", "ORIGIN", "OFFICE", "CATEGORY", "PARCELS"),
    "bieuthue": ("MA_BIEU_THUE", "MA_NHOM_NUOC", "MA_HS", "THUE_SUAT", "TU_NGAY", "DEN_NGAY"),
    "tygia": ("TU_NGAY", "MA_NT", "VND"),
    "hq": ("MA_HQ", "MA_MOI"),
    "ruirotg": ("MA_HS", "MA_DVT", "MA_NT", "TU_NGAY", "DEN_NGAY", "GIA_THAM_KHAO"),
    "partner": ("year", "month", "reporter", "partner", "hs6", "flow", "value_usd"),
    "manifest": ("revision", "bills"),
    "scan": ("scan_id", "decision"),
}  # fmt: skip
