"""The text tables: declaration system, accounting, registry, reference (A, B, C, H), offices (J).

The formats leave a few column names open; the names chosen here are said beside the table.
"""

from collections.abc import Iterator

from simulator.delivery.outside_table import OutsideTable, words

# Columns whose values hardly repeat within a file, in any table.
_PLAIN = frozenset(
    words(
        "SO_TK SO_TK_GOC SO_TK_DAU SO_TK_LQ SO_TK_DOI_UNG NGAY_IDA NGAY_DK NGAY_TQ SO_VD1 SO_VD2 "
        "SO_VD3 SO_VD4 SO_VD5 SO_KIEN TRONG_LUONG SO_HD SO_HIEU_PTVT TONG_TG_HD PHI_VC PHI_BH "
        "DC_TRI_GIA TONG_TG_TT TONG_THUE SO_BAO_LANH TEN_HANG LUONG1 LUONG2 TRI_GIA_HD DON_GIA "
        "TRI_GIA_TT SO_CO MA_QL TG_TINH_THUE LUONG_TINH_THUE SO_TIEN SO_TIEN_MIEN SO_CT SO_CONT "
        "SO_SEAL THOI_DIEM MA_KT TU DEN SO_KBS TRUOC SAU SO_VC SO_BT CON_NO SO_BL SO_GT SO_QD "
        "MA_QD TRI_GIA_XD THUE_TANG LUONG_XD THUE_CHENH THUE_AN_DINH TIEN_PHAT DA_NOP MA_NVL "
        "MA_SP TON_DAU NHAP XUAT_SX TON_CUOI NHAP_KHO XUAT_KHAU DINH_MUC CONTAINERS SEALS LUONG "
        "TRI_GIA LUONG_TRUOC LUONG_SAU TRI_GIA_TRUOC TRI_GIA_SAU SO_PHIEU SO_TN SO_HS "
        "SO_TIEN_DUYET DUONG DIEM_DUNG DT_NHA_XUONG DOANH_THU_VND LOI_NHUAN_VND"
    )
)
# Monthly statements of debt are sums over many declarations.
_GATHERED = ("no",)
_VCIS = """
tk: SO_TK: SO_TK SO_DONG SO_TK_DAU SO_NHANH TONG_NHANH NHOM MA_LH MA_HQ MA_DOI NGAY_IDA NGAY_DK
 NGAY_TQ MA_DN LOAI_DN TEN_DN DIA_CHI_DN MA_DL TEN_DL MA_UT TEN_DT DIA_CHI_DT MA_NUOC_DT MA_PTVT
 SO_HIEU_PTVT NGAY_DEN MA_CANG_XEP MA_CANG_DO MA_NUOC_XUAT SO_VD1 SO_VD2 SO_VD3 SO_VD4 SO_VD5
 SO_KIEN MA_DVT_KIEN TRONG_LUONG MA_DVT_TL SO_HD NGAY_HD MA_DKGH MA_PTTT MA_NT TONG_TG_HD
 MA_PL_TRI_GIA PHI_VC MA_NT_VC PHI_BH MA_NT_BH DC_TRI_GIA TY_GIA TONG_TG_TT TONG_THUE MA_THOI_HAN
 SO_BAO_LANH MA_LUAT_KHAC HAN_TAI_XUAT SO_TK_DOI_UNG LAN_SUA MA_LY_DO_SUA GHI_CHU MA_NUOC_DICH
hang: SO_TK STT: SO_TK STT MA_HS MA_QL TEN_HANG MA_NUOC_XX NHA_SX LUONG1 MA_DVT1 LUONG2 MA_DVT2
 TRI_GIA_HD DON_GIA MA_NT_DG TRI_GIA_TT MA_BIEU_THUE SO_CO SO_DMMT STT_DMMT SO_HD_GC SO_TK_LQ STT_LQ
thue: SO_TK STT MA_SAC_THUE: SO_TK STT MA_SAC_THUE THUE_SUAT MA_AP_DUNG TG_TINH_THUE
 LUONG_TINH_THUE SO_TIEN SO_TIEN_MIEN MA_MIEN CAN_CU HAN_NOP
chungtu: SO_TK STT_CT: SO_TK STT_CT LOAI_CT SO_CT NGAY_CT NOI_CAP MA_MAU DANG
cont: SO_TK SO_CONT: SO_TK SO_CONT SO_SEAL MA_LOAI RONG_DAY
sukien: SO_TK_GOC THOI_DIEM MA_SK: SO_TK_GOC THOI_DIEM MA_SK GIA_TRI MA_CB LY_DO
phanluong: SO_TK_GOC: SO_TK_GOC THOI_DIEM LUONG CAN_CU NHOM_CAN_CU NGAU_NHIEN XAC_SUAT PHIEN_BAN
kiemtra: MA_KT STT_KT: MA_KT STT_KT SO_TK_GOC STT HINH_THUC TU DEN KET_QUA MA_VP MA_HS_XD
 MA_NUOC_XD LUONG_XD TRI_GIA_XD THUE_TANG MA_CB MOI_TRUONG
khaibosung: SO_KBS STT MA_SAC_THUE: SO_KBS STT MA_SAC_THUE SO_TK_GOC NGAY LOAI TRUOC SAU MA_LY_DO
 MA_HS_TRUOC MA_HS_SAU MA_NUOC_TRUOC MA_NUOC_SAU LUONG_TRUOC LUONG_SAU TRI_GIA_TRUOC TRI_GIA_SAU
vanchuyen: SO_VC: SO_VC LOAI MUC_DICH MA_HQ_DI MA_HQ_DEN KH_DI KH_DEN TT_DI TT_DEN PLATE CONTAINERS
 SEALS SO_TK TUYEN
dmmt: SO_DMMT STT: SO_DMMT STT MA_DN MA_HS LUONG TRI_GIA TU_NGAY DEN_NGAY
ktstq: MA_QD: MA_QD MA_DN LOAI CO_SO TU_NGAY DEN_NGAY NGAY_QD NGAY_KL CHU_DE NGAY_CONG MA_HQ
 KET_QUA THUE_AN_DINH TIEN_PHAT DA_NOP MA_DE_XUAT
ktstqct: MA_QD SO_TK_GOC STT MA_SAC_THUE: MA_QD SO_TK_GOC STT MA_SAC_THUE MA_VP MA_HS_XD MA_NUOC_XD
 LUONG_XD TRI_GIA_XD THUE_CHENH TRANG_THAI NGAY
tuyen: MA_TUYEN: MA_TUYEN MA_HQ_DI MA_HQ_DEN DUONG RONG_KM SO_GIO DIEM_DUNG TU_NGAY DEN_NGAY
cudan: SO_PHIEU: SO_PHIEU NGAY MA_HQ SO_GT PLATE MA_HS4 LUONG MA_DVT TRI_GIA CHIEU THUE
ptvt: SO_TN: SO_TN PLATE NUOC LOAI CHIEU NGAY_VAO SO_NGAY HAN NGAY_RA MA_HQ_VAO MA_HQ_RA LAI_XE
"""
_LEDGER = """
nop: SO_BT: SO_BT SO_TK_GOC MA_DN MA_SAC_THUE LOAI SO_TIEN NGAY_HT NGAY_CT SO_QD MA_NH
andinh: SO_QD SO_TK_GOC STT MA_SAC_THUE: SO_QD SO_TK_GOC STT MA_SAC_THUE SO_TIEN CAN_CU HAN_NOP
 HUY_BO
no: THANG MA_DN SO_TK_GOC MA_SAC_THUE: THANG MA_DN SO_TK_GOC MA_SAC_THUE NHOM_NO CON_NO BIEN_PHAP
baolanh: SO_BL: SO_BL MA_DN LOAI HAN_MUC TU_NGAY DEN_NGAY MA_NH
dutoan: NAM MA_KV MA_SAC_THUE: NAM MA_KV MA_SAC_THUE SO_TIEN
hoanthue: SO_HS: SO_HS MA_DN SO_TK_GOC LOAI CAN_CU SO_TIEN NGAY_NOP_HS PHAN_LOAI NGAY_QD SO_QD
 KET_QUA SO_TIEN_DUYET
"""
# Open in the format: the columns of xdtruoc (advance rulings) after its key.
_REGISTRY = """
dn: MA_DN: MA_DN LOAI_DN TEN_DN TEN_EN NGAY_TL MA_TINH DIA_CHI LOAI VON_VND SO_LD MA_NGANH
 TRANG_THAI UU_TIEN MA_CU NGAY_CN NIEM_YET ISO DT_NHA_XUONG DOANH_THU_VND LOI_NHUAN_VND
chusohuu: MA_DN SO_GT VAI_TRO TU_NGAY: MA_DN SO_GT VAI_TRO TU_NGAY HO_TEN TY_LE DEN_NGAY
vipham: SO_QD: SO_QD MA_DN NGAY_VP NGAY_QD SO_TK_GOC NHOM HANH_VI SO_TIEN KHIEU_NAI
xephang: MA LOAI: MA LOAI TEN MUC
hopdonggc: SO_HD_GC: SO_HD_GC MA_DN TEN_DT MA_NUOC_DT TU_NGAY DEN_NGAY
cosx: MA_DN DIA_CHI TU_NGAY: MA_DN DIA_CHI TU_NGAY
qtnvl: MA_DN LOAI TU_NGAY DEN_NGAY MA_NVL LAN_NOP: MA_DN LOAI TU_NGAY DEN_NGAY MA_NVL LAN_NOP
 TON_DAU NHAP TAI_XUAT CHUYEN_MD XUAT_SX XUAT_KHAC TIEU_HUY TON_CUOI MA_DVT
qtsp: MA_DN LOAI TU_NGAY DEN_NGAY MA_SP LAN_NOP: MA_DN LOAI TU_NGAY DEN_NGAY MA_SP LAN_NOP
 TON_DAU NHAP_KHO XUAT_KHAU XUAT_KHAC TON_CUOI MA_DVT
dmtt: MA_DN LOAI TU_NGAY DEN_NGAY MA_SP MA_NVL LAN_NOP: MA_DN LOAI TU_NGAY DEN_NGAY MA_SP MA_NVL
 LAN_NOP DINH_MUC MA_DVT_NVL MA_DVT_SP HAO_HUT_PCT
ruirotg: MA_HS TEN TU_NGAY: MA_HS TEN TU_NGAY GIA_THAM_KHAO MA_NT MA_DVT DEN_NGAY
xdtruoc: SO_XDT: SO_XDT LOAI MA_DN TEN_HANG MA_HS MA_NUOC_XX TRI_GIA TU_NGAY DEN_NGAY
vpkhac: SO_QD: SO_QD MA_DN CO_QUAN LINH_VUC NGAY_QD HANH_VI SO_TIEN
kehoachkt: SO_KH MA_DN: SO_KH MA_DN CO_QUAN NOI_DUNG NAM TU_NGAY DEN_NGAY TRANG_THAI
"""
# Open in the format: LOAI of giamvat (excluded from or included in the lower rate).
_REFERENCE = """
bieuthue: MA_BIEU_THUE MA_NHOM_NUOC MA_HS TU_NGAY: MA_BIEU_THUE MA_NHOM_NUOC MA_HS THUE_SUAT
 TU_NGAY DEN_NGAY
vat: MA_HS TU_NGAY: MA_HS THUE_SUAT TU_NGAY DEN_NGAY
ttdb: MA_HS TU_NGAY: MA_HS THUE_SUAT TU_NGAY DEN_NGAY
bvmt: MA_HS TU_NGAY: MA_HS THUE_SUAT TU_NGAY DEN_NGAY
pvtm: MA_HS MA_NUOC_XX NHA_SX TU_NGAY: LOAI MA_HS THUE_SUAT TU_NGAY DEN_NGAY MA_NUOC_XX NHA_SX
giamvat: MA_HS TU_NGAY: MA_HS LOAI VAT_SUAT TU_NGAY DEN_NGAY
tygia: TU_NGAY MA_NT: TU_NGAY MA_NT VND
hq: MA_HQ TU_NGAY: MA_HQ TEN MA_CHA VAI_TRO TU_NGAY DEN_NGAY MA_MOI
ngaynghi: NGAY: NGAY TEN
hs: edition code: edition code level parent description_vi description_en
hstuongquan: edition_from code_from edition_to code_to: edition_from code_from edition_to
 code_to share
nhomhang: MA_HS TU_NGAY: MA_HS TU_NGAY MA_NHOM TEN_VI TEN_EN DEN_NGAY
luatxp: MA TU_NGAY: MA TU_NGAY GIA_TRI DON_VI CAN_CU DEN_NGAY
"""
_PROGRAMME = """
thutuc: THANG MA_TT MA_HQ: THANG MA_TT MA_HQ MUC_DO SO_HS SO_HS_DT
hosocv: THANG MA_DV: THANG MA_DV SO_HS SO_HS_DT SO_HS_MAT
thietbi: MA_DD LOAI TU_NGAY: MA_DD LOAI TU_NGAY SO_LUONG SO_KET_NOI DEN_NGAY TRONG_DIEM
"""


def _lines(text: str) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for line in text.strip().replace("\n ", " ").splitlines():
        name, key, columns = line.split(":")
        yield name, words(key), words(columns)


def _numbered(source: str, folder: str, text: str) -> Iterator[OutsideTable]:
    for name, key, columns in _lines(text):
        yield OutsideTable(
            name, source, folder, name, columns, key, is_numbered=True, plain=_PLAIN,
            gathers=name in _GATHERED, can_be_live=source == "vcis_extract",
        )  # fmt: skip


def national_tables() -> Iterator[OutsideTable]:
    """Yield every table of sections A, B, C and H, and of J what is text."""
    yield from _numbered("vcis_extract", "vcis/%Y/%m/%d", _VCIS)
    yield from _numbered("tax_ledger", "tax_ledger/%Y/%m/%d", _LEDGER)
    for name, key, columns in _lines(_REGISTRY):
        yield OutsideTable(
            name, "trader_registry", "registry", name, columns, key,
            stamp="%Y%m", period="month", plain=_PLAIN,
        )  # fmt: skip
    for name, key, columns in _lines(_REFERENCE):
        yield OutsideTable(
            name, "reference", "reference", name, columns, key, period="once", plain=_PLAIN
        )  # fmt: skip
    for name, key, columns in _lines(_PROGRAMME):
        yield OutsideTable(
            name, "programme", "programme", name, columns, key,
            stamp="%Y%m", period="month", can_be_columnar=False, is_packed=False,
        )  # fmt: skip
